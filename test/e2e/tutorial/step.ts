// One named test for each requirement of the tutorial, and a count of them.
import { type TestContext, test } from 'node:test'

const declared = new Set<string>()

/** Declares the test of one requirement. */
export function step(
  requirement: string,
  what: string,
  check: (t: TestContext) => Promise<void> | void,
): void {
  declared.add(requirement)
  void test(`${requirement}: ${what}`, check)
}

/** Requirements, of S1 to S92, that no step has been declared for. */
export function missing(): string[] {
  const all = Array.from({ length: 92 }, (_, i) => `S${i + 1}`)
  return all.filter((requirement) => !declared.has(requirement))
}
