import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { PodFolders } from './folders.ts'
import type { VolumeSort } from './volume.ts'
import { Volumes } from './volumes.ts'

const pod: Pod = {
  metadata: { name: 'p', uid: 'u' },
  spec: { containers: [], volumes: [{ name: 'v', emptyDir: {} }] },
}

/** Volumes of one sort, which makes a folder when it is told to go on. */
function world(t: TestContext, more: Partial<VolumeSort> = {}) {
  const rootDir = mkdtempSync(join(tmpdir(), 'kubeling-volumes-'))
  t.after(() => rmSync(rootDir, { recursive: true, force: true }))
  const folders = new PodFolders(rootDir)
  const path = folders.volume('u', 'empty-dir', 'v')
  const gate = Promise.withResolvers<void>()
  const made: string[] = []
  const sort: VolumeSort = {
    has: ({ emptyDir }) => emptyDir !== undefined,
    isRefreshed: () => false,
    async make({ volume }) {
      made.push(volume.name)
      await gate.promise
      mkdirSync(path, { recursive: true })
      return { path }
    },
    ...more,
  }
  const volumes = new Volumes(folders, async () => '', [sort])
  return { volumes, path, gate, made }
}

test('volumes are made once for a pod, and those that do not change are not made again', async (t) => {
  const { volumes, path, gate, made } = world(t)
  gate.resolve()
  assert.equal((await volumes.prepare(pod)).get('v')?.path, path)
  await volumes.prepare(pod)
  await volumes.refresh(pod)
  assert.deepEqual(made, ['v'])
})

test('a removal waits for what is being made, and nothing is made for a pod that went', async (t) => {
  const { volumes, path, gate, made } = world(t, { isRefreshed: () => true })
  const prepared = volumes.prepare(pod)
  const removed = volumes.remove('u')
  const refreshed = volumes.refresh(pod)
  gate.resolve()
  await Promise.all([prepared, removed, refreshed])
  assert.equal(existsSync(path), false)
  assert.deepEqual(made, ['v'])
})

test('what a sort cannot take back keeps the folder of the pod', async (t) => {
  let isBusy = true
  const { volumes, path, gate } = world(t, {
    release: async () => {
      if (isBusy) throw new Error('busy')
    },
  })
  gate.resolve()
  await volumes.prepare(pod)
  await assert.rejects(volumes.remove('u'), /busy/)
  assert.equal(existsSync(path), true)
  isBusy = false
  await volumes.remove('u')
  assert.equal(existsSync(path), false)
})

test('a volume of a sort that nobody knows is refused', async (t) => {
  const { volumes } = world(t)
  const unknown = {
    ...pod,
    spec: { containers: [], volumes: [{ name: 'x', nfs: { server: 's', path: '/' } }] },
  }
  await assert.rejects(volumes.prepare(unknown), {
    message: 'MountVolume.SetUp failed for volume "x" : no volume plugin matched',
  })
})
