/** What is made to be otherwise than usual: faults, and the clock. Always visible, wherever one is. */
export function InForce() {
  return null;
}
