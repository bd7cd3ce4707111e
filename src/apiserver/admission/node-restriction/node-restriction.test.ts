// What a kubelet may write: a server that authorizes everything, so that this plugin alone decides; each rule both ways.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Status } from '#base/errors'
import type { Pod } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'
import { requestedBy } from '#testkit/sign-request'
import type { Core } from '../../call.ts'
import { readTokenFile } from '../../chain/token-file.ts'
import { newPodFault } from './new-pod.ts'

const pods = '/api/v1/namespaces/default/pods'
const nodes = '/api/v1/nodes'
const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const csiNodes = '/apis/storage.k8s.io/v1/csinodes'
const slices = '/apis/resource.k8s.io/v1/resourceslices'
const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const token = '/api/v1/namespaces/default/serviceaccounts/robot/token'
const people =
  'n1,system:node:n1,1,system:nodes\nn2,system:node:n2,2,system:nodes\nnobody,system:node:,3,system:nodes\nann,ann,4\n'

let api: TestApi
let nodeUid: string
let podUid: string

const containers = [{ name: 'c', image: 'x' }]
const as = (who: string, type = 'application/json') => ({
  secure: true,
  headers: { authorization: `Bearer ${who}`, 'content-type': type },
})

/** `ok`, or what the server says. */
async function ask(method: string, url: string, body: unknown, who = 'n1', type?: string): Promise<string> {
  const { status, json } = await api.call(method, url, body, as(who, type))
  return status < 300 ? 'ok' : `${status} ${(json as Status).message}`
}
const post = (url: string, body: unknown, who?: string) => ask('POST', url, body, who)
const patch = (url: string, body: unknown, who?: string) =>
  ask('PATCH', url, body, who, 'application/merge-patch+json')
/** A refusal of this plugin's, as upstream words it. */
const no = (what: string, why: string) => `403 ${what} is forbidden: ${why}`

before(async () => {
  api = await TestApi.start({
    options: { admission: ['NamespaceLifecycle', 'NodeRestriction'] },
    tokens: readTokenFile('t', people),
  })
  const node = (name: string) => api.ok('POST', nodes, { metadata: { name } })
  nodeUid = (await node('n1')).metadata.uid as string
  await node('n2')
  await api.ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } })
  const tokenVolume = {
    name: 't',
    projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] },
  }
  const volumes = [
    { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
    tokenVolume,
    { name: 'c', csi: { driver: 'csi.example.com' } },
    { name: 'p', persistentVolumeClaim: { claimName: 'data' } },
  ]
  const spec = { containers, nodeName: 'n1', serviceAccountName: 'robot', volumes }
  podUid = (await api.ok('POST', pods, { metadata: { name: 'mine' }, spec })).metadata.uid as string
  await api.ok('POST', pods, { metadata: { name: 'other' }, spec: { containers, nodeName: 'n2' } })
})

test('a node without a name writes nothing; who is no node is left alone', async () => {
  const lease = { metadata: { name: 'x' } }
  assert.equal(
    await post(leases, lease, 'nobody'),
    no('leases.coordination.k8s.io "x"', 'could not determine node from user "system:node:"'),
  )
  assert.equal(await post(leases, lease, 'ann'), 'ok')
})

const owner = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  name: 'n1',
  uid: nodeUid,
  controller: true,
  ...more,
})
const mirror = (spec: object = {}, ownerReferences: object[] = [owner()]) => ({
  metadata: { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'a' }, ownerReferences },
  spec: { containers, nodeName: 'n1', ...spec },
})

test('a node creates mirror pods of its own, that use nothing', async () => {
  const refused: [object, string][] = [
    [
      { metadata: { name: 'm' }, spec: { containers, nodeName: 'n1' } },
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ],
    [mirror({ nodeName: 'n2' }), 'node "n1" can only create pods with spec.nodeName set to itself'],
    [
      mirror({}, [owner(), owner({ uid: 'b', controller: false })]),
      'node "n1" can only create pods with a single owner reference set to itself',
    ],
    [mirror({}, []), 'node "n1" can only create pods with an owner reference set to itself'],
    [
      mirror({}, [owner({ name: 'n2' })]),
      'node "n1" can only create pods with an owner reference set to itself',
    ],
    [
      mirror({}, [owner({ controller: false })]),
      'node "n1" can only create pods with a controller owner reference set to itself',
    ],
    [
      mirror({}, [owner({ blockOwnerDeletion: true })]),
      'node "n1" must not set blockOwnerDeletion on an owner reference',
    ],
    [mirror({}, [owner({ uid: 'old' })]), `node n1 UID mismatch: expected old got ${nodeUid}`],
    [
      mirror({ serviceAccountName: 'robot' }),
      'node "n1" can not create pods that reference a service account',
    ],
    [mirror({ imagePullSecrets: [{ name: 's' }] }), 'node "n1" can not create pods that reference secrets'],
    [
      mirror({ volumes: [{ name: 'm', configMap: { name: 'm' } }] }),
      'node "n1" can not create pods that reference configmaps',
    ],
    [
      mirror({ volumes: [{ name: 'c', persistentVolumeClaim: { claimName: 'c' } }] }),
      'node "n1" can not create pods that reference persistentvolumeclaims',
    ],
    [
      mirror({ resourceClaims: [{ name: 'g', resourceClaimName: 'g' }] }),
      'node "n1" can not create pods that reference resourceclaims',
    ],
  ]
  for (const [pod, why] of refused) assert.equal(await post(pods, pod), no('pods "m"', why))
  assert.equal(await post(pods, mirror()), 'ok')
  const update = 'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods'
  assert.equal(await patch(`${pods}/m`, { metadata: { labels: { a: 'b' } } }), no('pods "m"', update))
  assert.equal(await ask('DELETE', `${pods}/m`, { gracePeriodSeconds: 0 }), 'ok')
})

test('a node creates no pods with bundles of authorities, where there are any', () => {
  const known = { kind: { kind: 'Node' }, peek: () => ({ object: { metadata: { uid: 'u' } } }) }
  const registry = { inGroup: () => known }
  const sources = [{ clusterTrustBundle: { name: 'b', path: 'p' } }]
  const pod = mirror({ volumes: [{ name: 'b', projected: { sources } }] }, [owner({ uid: 'u' })])
  assert.equal(
    newPodFault({ registry } as unknown as Core, pod as Pod, 'n1'),
    'node "n1" can not create pods that reference clustertrustbundles',
  )
})

test('a node deletes and evicts its own pods', async () => {
  const why = 'can only delete pods with spec.nodeName set to itself'
  assert.equal(await ask('DELETE', `${pods}/other`, {}), no('pods "other"', `node "n1" ${why}`))
  const evict = 'node n1 can only evict pods with spec.nodeName set to itself'
  const eviction = (name: string) => ({ metadata: { name } })
  assert.equal(await post(`${pods}/other/eviction`, eviction('other')), no('pods "other"', evict))
  assert.equal(await post(`${pods}/none/eviction`, eviction('none')), '404 pods "none" not found')
  await api.ok('POST', pods, { metadata: { name: 'goes' }, spec: { containers, nodeName: 'n1' } })
  assert.equal(await post(`${pods}/goes/eviction`, eviction('goes')), 'ok')
  const binding = { metadata: { name: 'mine' }, target: { kind: 'Node', name: 'n1' } }
  const sub = `unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`
  assert.equal(await post(`${pods}/mine/binding`, binding), no('pods "mine"', sub))
  assert.equal(
    await patch(`${pods}/mine/ephemeralcontainers`, { spec: { ephemeralContainers: containers } }),
    no('pods "mine"', sub.replace('binding', 'ephemeralcontainers')),
  )
  assert.equal(
    await patch(`${pods}/mine/resize`, { metadata: { labels: { a: 'b' } } }),
    no('pods "mine"', sub.replace('binding', 'resize')),
  )
})

test('a node tells the state of its own pods, and no more', async () => {
  const running = { status: { phase: 'Running' } }
  const elsewhere = 'node "n1" can only update pod status for pods with spec.nodeName set to itself'
  assert.equal(await patch(`${pods}/other/status`, running), no('pods "other"', elsewhere))
  const refused: [object, string][] = [
    [{ metadata: { labels: { a: 'b' } } }, 'node "n1" cannot update labels through pod status'],
    [
      { status: { resourceClaimStatuses: [{ name: 'g' }] } },
      'node "n1" cannot update resource claim statues',
    ],
    [
      { status: { extendedResourceClaimStatus: { resourceClaimName: 'g', requestMappings: [] } } },
      'node "n1" cannot update extended resource claim status',
    ],
  ]
  for (const [change, why] of refused)
    assert.equal(await patch(`${pods}/mine/status`, change), no('pods "mine"', why))
  assert.equal(await patch(`${pods}/mine/status`, running), 'ok')
})

test('a node writes itself, without taints, owners and labels of administrators', async () => {
  const labels = {
    metadata: { labels: { 'kubernetes.io/os': 'linux', a: 'b', 'node.kubernetes.io/x': 'y' } },
  }
  const other = 'node "n1" is not allowed to modify node "n2"'
  assert.equal(await patch(`${nodes}/n2`, labels), no('nodes "n2"', other))
  assert.equal(await patch(`${nodes}/n2/status`, labels), no('nodes "n2"', other))
  assert.equal(await ask('DELETE', `${nodes}/n2`, {}), no('nodes "n2"', other))
  const refused: [object, string][] = [
    [
      { spec: { configSource: { configMap: { name: 'a', namespace: 'b', kubeletConfigKey: 'c' } } } },
      'node "n1" is not allowed to update configSource to a new non-nil configSource',
    ],
    [{ spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }, 'node "n1" is not allowed to modify taints'],
    [
      { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n2', uid: 'a' }] } },
      'node "n1" is not allowed to modify ownerReferences',
    ],
    [
      { metadata: { labels: { 'x.node-restriction.kubernetes.io/a': 'b', 'k8s.io/b': 'c' } } },
      'is not allowed to modify labels: k8s.io/b, x.node-restriction.kubernetes.io/a',
    ],
  ]
  for (const [change, why] of refused) assert.equal(await patch(`${nodes}/n1`, change), no('nodes "n1"', why))
  assert.equal(
    await patch(`${nodes}/n1/status`, { metadata: { labels: { 'k8s.io/b': 'c' } } }),
    no('nodes "n1"', 'is not allowed to modify labels: k8s.io/b'),
  )
  assert.equal(await patch(`${nodes}/n1`, labels), 'ok')
  assert.equal(await patch(`${nodes}/n1/status`, { status: { capacity: { cpu: '1' } } }), 'ok')
})

test('a node registers with labels of its own and without a source of configuration', async () => {
  await api.call('DELETE', `${nodes}/n2`, {})
  const node = (more: object, spec = {}) => ({ metadata: { name: 'n2', ...more }, spec })
  const labels = { 'kubernetes.io/role': 'master', 'node-restriction.kubernetes.io/a': 'b', a: 'b' }
  assert.equal(
    await post(nodes, node({ labels }), 'n2'),
    no(
      'nodes "n2"',
      'node "n2" is not allowed to set the following labels: kubernetes.io/role, node-restriction.kubernetes.io/a',
    ),
  )
  const source = { configSource: { configMap: { name: 'a', namespace: 'b', kubeletConfigKey: 'c' } } }
  assert.equal(
    await post(nodes, node({}, source), 'n2'),
    no('nodes "n2"', 'node "n2" is not allowed to create pods with a non-nil configSource'),
  )
  assert.equal(
    await post(nodes, node({}), 'n1'),
    no('nodes "n2"', 'node "n1" is not allowed to modify node "n2"'),
  )
  const taints = [{ key: 'a', effect: 'NoSchedule' }]
  assert.equal(await post(nodes, node({ labels: { a: 'b' } }, { taints }), 'n2'), 'ok')
})

test('a node tells how far a volume has grown, and nothing else', async () => {
  const what = 'persistentvolumeclaims "data"'
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    volumeName: 'v',
  }
  await api.ok('POST', claims, { metadata: { name: 'data' }, spec })
  assert.equal(
    await patch(`${claims}/data`, { metadata: { labels: { a: 'b' } } }),
    no(what, 'may only update PVC status'),
  )
  const fields = 'node "n1" is not allowed to update fields other than status.quantity and status.conditions:'
  assert.equal(
    await patch(`${claims}/data/status`, { metadata: { labels: { a: 'b' } } }),
    no(what, `${fields} metadata`),
  )
  assert.equal(
    await patch(`${claims}/data/status`, { status: { phase: 'Bound' } }),
    no(what, `${fields} status`),
  )
  const grown = { capacity: { storage: '1Gi' }, conditions: [{ type: 'Resizing', status: 'True' }] }
  assert.equal(await patch(`${claims}/data/status`, { status: grown }), 'ok')
})

test('a node has the lease and the CSINode of its name', async () => {
  const other = { metadata: { name: 'n2' } }
  const why = 'can only access node lease with the same name as the requesting node'
  assert.equal(await post(leases, other), no('leases.coordination.k8s.io "n2"', why))
  const elsewhere = leases.replace('kube-node-lease', 'default')
  assert.equal(
    await post(elsewhere, { metadata: { name: 'n1' } }),
    no('leases.coordination.k8s.io "n1"', 'can only access leases in the "kube-node-lease" system namespace'),
  )
  assert.equal(await post(leases, { metadata: { name: 'n1' } }), 'ok')
  assert.equal(await patch(`${leases}/n1`, { metadata: { labels: { a: 'b' } } }), 'ok')
  assert.equal(
    await patch(`${leases}/n1`, { metadata: { labels: { a: 'c' } } }, 'n2'),
    no('leases.coordination.k8s.io "n1"', why),
  )
  assert.equal(await ask('DELETE', `${leases}/n1`, {}, 'n2'), no('leases.coordination.k8s.io "n1"', why))
  const csi = 'can only access CSINode with the same name as the requesting node'
  const made = (name: string) => ({ metadata: { name }, spec: { drivers: [] } })
  assert.equal(await post(csiNodes, made('n2')), no('csinodes.storage.k8s.io "n2"', csi))
  assert.equal(await post(csiNodes, made('n1')), 'ok')
  assert.equal(await ask('DELETE', `${csiNodes}/n1`, {}, 'n2'), no('csinodes.storage.k8s.io "n1"', csi))
})

test('a node makes and deletes slices of its own devices, also many at once', async () => {
  const slice = (name: string, nodeName: string) => ({
    metadata: { name },
    spec: { nodeName, driver: 'd.example.com', pool: { name: 'p', resourceSliceCount: 1, generation: 1 } },
  })
  const why = (verb: string) =>
    no(
      'resourceslices.resource.k8s.io "s"',
      `can only ${verb} ResourceSlice with the same NodeName as the requesting node`,
    )
  assert.equal(await post(slices, slice('s', 'n2')), why('create'))
  assert.equal(await post(slices, slice('s', 'n2'), 'n2'), 'ok')
  assert.equal(await ask('DELETE', `${slices}/s`, {}), why('delete'))
  assert.equal(await ask('DELETE', slices, {}), why('delete'))
  assert.equal(await ask('DELETE', slices, {}, 'n2'), 'ok')
})

test('a node gets tokens that pods on it use', async () => {
  const bound = (more: object, audiences?: string[]) => ({
    spec: {
      audiences,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: podUid, ...more },
    },
  })
  const driver = { metadata: { name: 'csi.example.com' }, spec: { tokenRequests: [{ audience: 'drive' }] } }
  await api.ok('POST', '/apis/storage.k8s.io/v1/csidrivers', driver)
  const disk = { driver: 'disk.example.com', volumeHandle: 'h' }
  const volume = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: disk }
  await api.ok('POST', '/api/v1/persistentvolumes', { metadata: { name: 'v' }, spec: volume })
  await api.ok('POST', '/apis/storage.k8s.io/v1/csidrivers', {
    metadata: { name: 'disk.example.com' },
    spec: { tokenRequests: [{ audience: 'disk' }] },
  })
  const refused: [object, string][] = [
    [{}, 'node requested token not bound to a pod'],
    [bound({ kind: 'Secret' }), 'node requested token not bound to a pod'],
    [bound({ uid: '' }), 'node requested token with a pod binding without a uid'],
    [
      bound({ uid: 'old' }),
      'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    [bound({}, ['a', 'b']), 'node may only request 0 or 1 audiences'],
  ]
  for (const [request, why] of refused)
    assert.equal(await post(token, request), no('serviceaccounts "robot"', why))
  assert.equal(await post(token, bound({ name: 'none' })), '404 pods "none" not found')
  assert.equal(
    await post(token, bound({}), 'n2'),
    no('serviceaccounts "robot"', 'node requested token bound to a pod scheduled on a different node'),
  )
  for (const audiences of [undefined, ['vault'], ['drive'], ['disk']])
    assert.equal(await post(token, bound({}, audiences)), 'ok', String(audiences))
})

test('a node gets tokens for others only with a right of its own', async () => {
  const strict = await TestApi.start({
    options: { admission: ['NodeRestriction'], authorization: ['Node', 'RBAC'] },
    tokens: readTokenFile('t', people),
    clock: api.clock,
  })
  await strict.ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } })
  const spec = { containers, nodeName: 'n1', serviceAccountName: 'robot' }
  const { metadata } = await strict.ok('POST', pods, { metadata: { name: 'mine' }, spec })
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'mine', uid: metadata.uid }
  const request = { spec: { audiences: ['vault'], boundObjectRef } }
  const refused = await strict.call('POST', token, request, as('n1'))
  assert.equal(
    (refused.json as Status).message,
    'serviceaccounts "robot" is forbidden: audience "vault" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
  )
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const verbs = ['request-serviceaccounts-token-audience']
  await strict.ok('POST', `${rbac}/clusterroles`, {
    metadata: { name: 'vault' },
    rules: [{ verbs, apiGroups: [''], resources: ['vault'] }],
  })
  await strict.ok('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name: 'vault' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'vault' },
    subjects: [{ kind: 'Group', name: 'system:nodes', apiGroup: 'rbac.authorization.k8s.io' }],
  })
  assert.equal((await strict.call('POST', token, request, as('n1'))).status, 201)
})

test('a node asks for certificates of its own name', async () => {
  const request = async (name: string, signerName = 'kubernetes.io/kubelet-serving', text?: string) => ({
    metadata: { generateName: 'csr-' },
    spec: {
      request: Buffer.from(text ?? (await requestedBy(name))).toString('base64'),
      signerName,
      usages: ['digital signature', 'server auth'],
    },
  })
  const refused = await post(requests, await request('system:node:n2'))
  assert.match(refused, /^403 .* is forbidden: can only create a node CSR with CN=system:node:n1$/)
  const client = await request('ann', 'kubernetes.io/kube-apiserver-client-kubelet')
  assert.match(await post(requests, client), /can only create a node CSR with CN=system:node:n1$/)
  assert.match(
    await post(requests, await request('', 'kubernetes.io/kubelet-serving', 'x')),
    /is forbidden: unable to parse csr: /,
  )
  assert.equal(await post(requests, await request('system:node:n1')), 'ok')
  assert.equal(await post(requests, await request('ann', 'example.com/mine')), 'ok')
})
