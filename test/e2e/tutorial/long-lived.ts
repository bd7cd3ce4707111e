import type { TestContext } from 'node:test'
import { type Running, start } from '../../../testkit/host/process.ts'

/** Starts a program that outlives the test that starts it; whoever starts it stops it. */
export function spawnLong(name: string, args: readonly string[]): Running {
  return start({ after() {} } as unknown as TestContext, name, args)
}
