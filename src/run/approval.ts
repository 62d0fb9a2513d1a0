/** What somebody said of a pull request last, as the platform knows it. */
export interface Approval {
  readonly user: string;
  /** As GitHub writes it: `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`. */
  readonly state: string;
  /** Commit that was looked at. */
  readonly commitSha: string;
  /** Permission of the user in the repository: `admin`, `maintain`, `write`, `triage`, `read`, `none`. */
  readonly permission: string;
}
