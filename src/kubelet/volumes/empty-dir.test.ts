import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { memoryFolderBytes, prepareEmptyDir } from './empty-dir.ts'

const pod = (...limits: (string | undefined)[]): Pod => ({
  metadata: { name: 'p' },
  spec: {
    containers: limits.map((memory, i) => ({
      name: `c${i}`,
      ...(memory && { resources: { limits: { memory } } }),
    })),
  },
})
const mi = 2 ** 20

test('a folder in memory is as large as its limit, the limits of the pod, or the node, whichever is least', () => {
  const size = (sizeLimit: string | undefined, of: Pod) =>
    memoryFolderBytes({ sizeLimit, pod: of, allocatableBytes: 1000 * mi }) / mi
  assert.equal(size(undefined, pod(undefined)), 1000)
  assert.equal(size('0', pod(undefined)), 1000)
  assert.equal(size('64Mi', pod(undefined)), 64)
  assert.equal(size('64Mi', pod('16Mi', '16Mi')), 32)
  assert.equal(size('64Mi', pod('16Mi', undefined)), 64)
  assert.equal(size('64Mi', pod('100Mi')), 64)
})

test('a folder in memory is a file system of that size', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-empty-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const asked: (readonly string[])[] = []
  const run = async (program: string, args: readonly string[]) => {
    asked.push([program, ...args])
    return ''
  }
  const bounds = { pod: pod(undefined), allocatableBytes: 1000 * mi }
  await prepareEmptyDir(run, join(folder, 'm'), { medium: 'Memory', sizeLimit: '1Mi' }, bounds)
  assert.deepEqual(asked, [['mount', '-t', 'tmpfs', '-o', `size=${mi}`, 'tmpfs', join(folder, 'm')]])
  await prepareEmptyDir(run, join(folder, 'd'), { sizeLimit: '1Mi' }, bounds)
  assert.equal(asked.length, 1)
  assert.equal(statSync(join(folder, 'd')).mode & 0o7777, 0o777)
})

test('other media are refused by name', async () => {
  const bounds = { pod: pod(), allocatableBytes: 1 }
  const refuse = (medium: string) => prepareEmptyDir(async () => '', '/nowhere', { medium }, bounds)
  await assert.rejects(refuse('HugePages-2Mi'), {
    message: 'storage medium "HugePages-2Mi" is not supported by this node',
  })
  await assert.rejects(refuse('Paper'), { message: 'unknown storage medium "Paper"' })
})
