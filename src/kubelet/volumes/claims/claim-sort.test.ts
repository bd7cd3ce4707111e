import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { notFound } from '#base/errors'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '#kinds/gen/core-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { failureOf } from '../payload.ts'
import { toolRunner } from '../run-tool.ts'
import { claimSort } from './claim-sort.ts'
import { hostPathVolume, localVolume } from './local-volume.ts'

const pod: Pod = { metadata: { name: 'web', namespace: 'd', uid: 'u' }, spec: { containers: [] } }
const byClaim: Volume = { name: 'data', persistentVolumeClaim: { claimName: 'c' } }
const own: Volume = { name: 'data', ephemeral: {} }

/** A claim that is bound to a folder of this machine, changed as a test wants. */
function world(t: TestContext, claim: object = {}, spec: object = {}) {
  const path = mkdtempSync(join(tmpdir(), 'kubeling-claim-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  const claims: Record<string, PersistentVolumeClaim> = {
    c: { metadata: { uid: 'c1' }, spec: { volumeName: 'pv' }, status: { phase: 'Bound' }, ...claim },
  }
  const volume = { metadata: { name: 'pv' }, spec: { local: { path }, claimRef: { uid: 'c1' }, ...spec } }
  const run = toolRunner(new VirtualClock())
  const sort = claimSort(
    {
      claim: async (_namespace, name) => {
        const found = claims[name]
        if (found === undefined) throw notFound({ group: '', resource: 'persistentvolumeclaims' }, name)
        return found
      },
      persistentVolume: async () => volume as PersistentVolume,
      thisNode: async (): Promise<Node> => ({ metadata: { name: 'n1', labels: { zone: 'a' } } }),
    },
    [localVolume(run), hostPathVolume(run)],
  )
  const make = (of: Volume) =>
    sort.make({ pod, uid: 'u', volume: of, signal: never }).catch((error: unknown) => {
      throw failureOf(error, of.name)
    })
  return { path, claims, make }
}

const zoned = (zone: string) => ({
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }],
    },
  },
})

test('a bound claim gives the folder of its volume, read-only where the pod says so', async (t) => {
  const { path, make } = world(t, {}, zoned('a'))
  assert.deepEqual(await make(byClaim), { path, readOnly: false })
  const careful = { ...byClaim, persistentVolumeClaim: { claimName: 'c', readOnly: true } }
  assert.deepEqual(await make(careful), { path, readOnly: true })
})

test('hostPath behind a claim is a path of the host', async (t) => {
  const { make } = world(t, {}, { local: undefined, hostPath: { path: '/etc', type: 'Directory' } })
  assert.deepEqual(await make(byClaim), { path: '/etc', readOnly: false })
})

const refusals: [string, object, object, RegExp][] = [
  ['is not bound', { status: { phase: 'Pending' } }, {}, /error processing PVC d\/c: PVC is not bound$/],
  [
    'is going',
    { metadata: { deletionTimestamp: 'now' } },
    {},
    /error processing PVC d\/c: PVC is being deleted$/,
  ],
  ['names no volume', { spec: {} }, {}, /PVC has empty pvc.Spec.VolumeName$/],
  [
    'is not the one of its volume',
    {},
    { claimRef: { uid: 'x' } },
    /pv.Spec.ClaimRef.UID x does not point to claim.UID c1$/,
  ],
  ['is not yet the one of its volume', {}, { claimRef: undefined }, /nil pv.Spec.ClaimRef/],
  [
    'has a volume of another node',
    {},
    zoned('b'),
    /^MountVolume.NodeAffinity check failed for volume "pv" : no matching NodeSelectorTerms$/,
  ],
  [
    'has a volume that is gone',
    {},
    { local: { path: '/none' } },
    /^MountVolume.SetUp failed for volume "pv" : path "\/none" does not exist$/,
  ],
  ['has a volume of an unknown sort', {}, { local: undefined, nfs: {} }, /no volume plugin matched/],
  ['has a device', {}, { volumeMode: 'Block' }, /mode Block are not supported by this node/],
]
for (const [what, claim, spec, message] of refusals) {
  test(`a claim that ${what} is refused`, async (t) => {
    await assert.rejects(world(t, claim, spec).make(byClaim), { message })
  })
}

test('a claim that is not there is refused', async (t) => {
  const volume = { name: 'data', persistentVolumeClaim: { claimName: 'none' } }
  await assert.rejects(world(t).make(volume), {
    message: /failed to fetch PVC from API server: persistentvolumeclaims "none" not found$/,
  })
})

test('the claim of an ephemeral volume is named after pod and volume, and must be the pod own', async (t) => {
  const { path, claims, make } = world(t)
  const claim = claims['c'] as PersistentVolumeClaim
  claims['web-data'] = claim
  await assert.rejects(make(own), {
    message: /PVC d\/web-data was not created for pod d\/web \(pod is not owner\)$/,
  })
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'u', controller: true }
  claims['web-data'] = { ...claim, metadata: { uid: 'c1', ownerReferences: [owner] } }
  assert.deepEqual(await make(own), { path, readOnly: false })
})
