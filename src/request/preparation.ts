import type { ChangeReading, Notes } from '../change/change.ts';
import type { GateConfig } from '../config/gate-config.ts';
import type { ManifestPolicy } from '../evidence/manifest.ts';
import type { RedactionOptions } from '../evidence/redaction.ts';
import type { Plan } from '../plan/plan.ts';
import type { Approval } from '../run/approval.ts';
import type { BudgetOverrides } from '../run/builtin-stage.ts';
import type { WorkflowEvent } from './event.ts';

/** Everything that is decided before the first stage. Its snapshot must be closed by whoever holds it. */
export interface Preparation {
  /** Root of the repository, absolute, free of symbolic links. */
  readonly root: string;
  /** Absolute folder that commands run in. */
  readonly directory: string;
  /** Absolute folder of the evidence of all tasks. */
  readonly runsDir: string;
  readonly taskId: string;
  readonly config: GateConfig;
  readonly policy: ManifestPolicy;
  /** Why a green verdict would prove nothing, see `policy.ts`; null: all is well. */
  readonly unproven: string | null;
  /** What fails the run whatever its stages say; null: nothing. */
  readonly violation: string | null;
  readonly plan: Plan;
  readonly reading: ChangeReading;
  readonly event: WorkflowEvent;
  readonly notes: Notes;
  readonly overrides: BudgetOverrides;
  /** Null: nobody says who approved. */
  readonly approvals: readonly Approval[] | null;
  readonly redaction: RedactionOptions;
  /** Lines for the user that change no verdict. */
  readonly warnings: readonly string[];
}
