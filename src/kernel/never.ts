/** Ends a switch over a closed union: adding a member without handling it no longer compiles. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
