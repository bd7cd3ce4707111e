// What the tests of volumes make pods from.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Container, VolumeMount } from '#kinds/gen/core-v1'
import type { NodeCluster } from './node-cluster.ts'
import { run } from './process.ts'

/** A container that runs a script. */
export const main = (script: string, volumeMounts: VolumeMount[] = [], more: object = {}): Container => ({
  name: 'main',
  command: ['sh', '-c', script],
  volumeMounts,
  ...more,
})

/** Where a volume is mounted. */
export const at = (name: string, mountPath: string, more: object = {}): VolumeMount => ({
  name,
  mountPath,
  ...more,
})

/** A folder of the host for one test. */
export function place(on: NodeCluster, name: string): string {
  const path = join(on.folder, 'places', name)
  mkdirSync(path, { recursive: true })
  return path
}

/** Runs a tool of the system, which must succeed. */
export async function tool(program: string, ...args: string[]): Promise<void> {
  const done = await run(program, args)
  assert.equal(done.code, 0, done.stderr)
}

/** What is mounted at paths that begin so. */
export const mountsBelow = (path: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${path}`))
