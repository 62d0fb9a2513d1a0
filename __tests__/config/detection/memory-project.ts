import type { ProjectFiles } from '../../../src/config/detection/project-files.ts';

/** A folder by its files; a name with a final slash is a folder. Texts are taken as they are. */
export function memoryProject(files: Readonly<Record<string, string>>): ProjectFiles {
  return {
    list: () => [...new Set(Object.keys(files).map((name) => name.replace(/\/.*$/, '/')))],
    readText: (name) => (Object.hasOwn(files, name) && !name.endsWith('/') ? (files[name] ?? null) : null),
  };
}
