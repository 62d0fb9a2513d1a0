import { spawn } from 'node:child_process';
import path from 'node:path';
import type { ProcessTable, ProcessTree, Survivor } from './process-tree.ts';

/**
 * Where there is no `/proc`: the process group is all that is known of a command's tree (macOS, BSD), so what has
 * left the group is not found, and neither memory nor CPU time is told. Not run where it was written.
 */
class GroupTree implements ProcessTree {
  readonly peakRssBytes = null;
  readonly #groupId: number;

  constructor(groupId: number) {
    this.#groupId = groupId;
  }

  sample(): void {}

  signalAll(name: NodeJS.Signals): void {
    signalGroup(this.#groupId, name);
  }

  findSurvivors(): readonly Survivor[] {
    const groupId = this.#groupId;
    // A number is not given away again as long as a group bears it.
    return signalGroup(groupId, 0)
      ? [{ key: `group ${groupId}`, cpuMs: 0, signal: (name) => signalGroup(groupId, name) }]
      : [];
  }
}

function signalGroup(groupId: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, name);
  } catch {
    return false;
  }
}

/**
 * Windows knows no signals and no groups: `taskkill /T` ends the tree at once, found by parents that still live.
 * Not run where it was written.
 */
class TaskkillTree implements ProcessTree {
  readonly peakRssBytes = null;
  readonly #mainPid: number;

  constructor(mainPid: number) {
    this.#mainPid = mainPid;
  }

  sample(): void {}

  signalAll(): void {
    const tool = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    const child = spawn(tool, ['/pid', String(this.#mainPid), '/T', '/F'], {
      stdio: 'ignore',
      windowsHide: true,
    });
    // Without the tool the main process at least is ended.
    child.on('error', () => endQuietly(this.#mainPid));
  }

  findSurvivors(): readonly Survivor[] {
    return [];
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // Gone already.
  }
}

/** The table of platforms that tell little. */
export function createPortableTable(): ProcessTable {
  return {
    watch: (mainPid) => (process.platform === 'win32' ? new TaskkillTree(mainPid) : new GroupTree(mainPid)),
    findMarked: () => [],
    reapedCpuMs: () => null,
  };
}
