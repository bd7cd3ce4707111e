// What kubelets may read: a table in upstream's words, and thousands of decisions against an evaluator without a graph.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kinds } from '#kinds'
import type { PersistentVolume, Pod } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { seededRandom } from '#testkit/seeded-random'
import type { Access, Verdict } from '../contract.ts'
import { nodeAuthorizer } from './node-authorizer.ts'
import { NodeGraph } from './node-graph.ts'

const kubelet = (name: string) => ({
  name: `system:node:${name}`,
  groups: ['system:nodes', 'system:authenticated'],
})
const kindOf = (plural: string) =>
  kinds.find((kind) => kind.plural === plural && kind.nodeLinks !== undefined)

/** Tells a graph of an object, or that it is gone. */
function tell(graph: NodeGraph, plural: string, object: KubeObject, isGone = false): void {
  const { namespace = '', name = '' } = object.metadata
  const links = isGone ? [] : (kindOf(plural)?.nodeLinks?.(object) ?? [])
  graph.tell(`${plural}/${namespace}/${name}`, links)
}

const access = (
  user: Access['user'],
  verb: string,
  what: string,
  name = '',
  more: Partial<Access> = {},
): Access => {
  const [path = '', subresource = ''] = what.split(':')
  const slash = path.indexOf('/')
  const group = slash < 0 ? '' : path.slice(0, slash)
  const base = { isResource: true, version: 'v1', namespace: 'default', path: '' }
  return { ...base, user, verb, group, resource: path.slice(slash + 1), subresource, name, ...more }
}

const pod: Pod = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'robot',
    imagePullSecrets: [{ name: 'pull' }],
    containers: [
      {
        name: 'a',
        env: [
          { name: 'A', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'k' } } },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'k' } } },
        ],
        envFrom: [{ secretRef: { name: 'from-secret' } }, { configMapRef: { name: 'from-map' } }],
      },
    ],
    volumes: [
      { name: 's', secret: { secretName: 'vol-secret' } },
      { name: 'm', configMap: { name: 'vol-map' } },
      {
        name: 'p',
        projected: { sources: [{ secret: { name: 'proj-secret' } }, { configMap: { name: 'proj-map' } }] },
      },
      { name: 'c', persistentVolumeClaim: { claimName: 'claim' } },
      { name: 'e', ephemeral: {} },
    ],
    resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu-claim' }],
  },
}
const volume: PersistentVolume = {
  metadata: { name: 'pv' },
  spec: {
    claimRef: { namespace: 'default', name: 'claim' },
    csi: {
      driver: 'd',
      volumeHandle: 'v',
      nodeStageSecretRef: { namespace: 'vault', name: 'stage' },
      controllerPublishSecretRef: { namespace: 'vault', name: 'controller' },
    },
  },
}

function world(): NodeGraph {
  const graph = new NodeGraph()
  tell(graph, 'pods', pod as unknown as KubeObject)
  tell(graph, 'persistentvolumes', volume as unknown as KubeObject)
  const attachment = { metadata: { name: 'va' }, spec: { nodeName: 'n1', attacher: 'a', source: {} } }
  tell(graph, 'volumeattachments', attachment as unknown as KubeObject)
  const slice = { metadata: { name: 'slice' }, spec: { nodeName: 'n1', driver: 'd' } }
  tell(graph, 'resourceslices', slice as unknown as KubeObject)
  return graph
}

const decide = (graph: NodeGraph, one: Access) => nodeAuthorizer(graph).authorize(one) as Verdict

test('a kubelet reads what its pods use, and another one does not', () => {
  const graph = world()
  const used: [string, string, Partial<Access>?][] = [
    ...['pull', 'env-secret', 'from-secret', 'vol-secret', 'proj-secret'].map((name): [string, string] => [
      'secrets',
      name,
    ]),
    ...['env-map', 'from-map', 'vol-map', 'proj-map'].map((name): [string, string] => ['configmaps', name]),
    ['persistentvolumeclaims', 'claim'],
    ['persistentvolumeclaims', 'web-e'],
    ['persistentvolumes', 'pv', { namespace: '' }],
    ['secrets', 'stage', { namespace: 'vault' }],
    ['pods', 'web'],
    ['resource.k8s.io/resourceclaims', 'gpu-claim'],
    ['storage.k8s.io/volumeattachments', 'va', { namespace: '' }],
    ['resource.k8s.io/resourceslices', 'slice', { namespace: '' }],
  ]
  for (const [what, name, more] of used) {
    assert.equal(
      decide(graph, access(kubelet('n1'), 'get', what, name, more)).decision,
      'allow',
      `${what} ${name}`,
    )
    assert.deepEqual(decide(graph, access(kubelet('n2'), 'get', what, name, more)), {
      decision: 'none',
      reason: "no relationship found between node 'n2' and this object",
    })
  }
  const controller = access(kubelet('n1'), 'get', 'secrets', 'controller', { namespace: 'vault' })
  assert.equal(decide(graph, controller).decision, 'none', 'a secret of the controller')
  tell(graph, 'pods', pod as unknown as KubeObject, true)
  for (const [what, name] of used.slice(0, 11)) {
    assert.equal(
      decide(graph, access(kubelet('n1'), 'get', what, name)).decision,
      'none',
      `${what} ${name} afterwards`,
    )
  }
  assert.equal(
    decide(graph, access(kubelet('n1'), 'get', 'secrets', 'stage', { namespace: 'vault' })).decision,
    'none',
  )
})

test('a mirror pod gives its node no rights', () => {
  const graph = new NodeGraph()
  const metadata = { ...pod.metadata, annotations: { 'kubernetes.io/config.mirror': 'x' } }
  tell(graph, 'pods', { ...pod, metadata } as unknown as KubeObject)
  assert.equal(decide(graph, access(kubelet('n1'), 'get', 'pods', 'web')).decision, 'allow')
  assert.equal(decide(graph, access(kubelet('n1'), 'get', 'secrets', 'vol-secret')).decision, 'none')
})

const narrowed = (field: string, value: string): Partial<Access> => ({
  fields: [{ field, operator: '=', value }],
})
const leases = 'coordination.k8s.io/leases'
const csiNodes = 'storage.k8s.io/csinodes'
const slices = 'resource.k8s.io/resourceslices'
const lost = "no relationship found between node 'n1' and this object"
/** What node n1 asks: verb, resource, name, more; and what it is told. Nothing said means allowed. */
const table: readonly (readonly [string, string, string, Partial<Access>, string | undefined])[] = [
  ['list', 'secrets', 'pull', {}, undefined],
  ['watch', 'configmaps', 'vol-map', {}, undefined],
  ['list', 'secrets', '', {}, 'No Object name found'],
  ['update', 'secrets', 'pull', {}, 'can only read resources of this type'],
  ['get', 'secrets:x', 'pull', {}, 'cannot read subresource'],
  ['get', 'secrets', 'pull', { namespace: '' }, 'can only read namespaced object of this type'],
  ['list', 'persistentvolumes', 'pv', { namespace: '' }, 'can only get individual resources of this type'],
  ['get', 'persistentvolumes:status', 'pv', { namespace: '' }, 'cannot get subresource'],
  ['update', 'persistentvolumeclaims:status', 'claim', {}, undefined],
  ['get', 'persistentvolumeclaims:status', 'claim', {}, 'can only get/update/patch this type'],
  ['patch', 'persistentvolumeclaims:status', 'other', {}, lost],
  ['create', 'serviceaccounts:token', 'robot', {}, undefined],
  ['create', 'serviceaccounts:token', 'other', {}, lost],
  ['create', 'serviceaccounts:x', 'robot', {}, 'can only create token subresource of serviceaccount'],
  ['get', 'serviceaccounts', 'robot', {}, 'can only create tokens for individual service accounts'],
  ['get', leases, 'n1', { namespace: 'kube-node-lease' }, undefined],
  ['create', leases, '', { namespace: 'kube-node-lease' }, undefined],
  [
    'get',
    leases,
    'n2',
    { namespace: 'kube-node-lease' },
    'can only access node lease with the same name as the requesting node',
  ],
  ['get', leases, 'n1', {}, 'can only access leases in the "kube-node-lease" system namespace'],
  [
    'list',
    leases,
    '',
    { namespace: 'kube-node-lease' },
    'can only get, create, update, patch, or delete a node lease',
  ],
  ['delete', csiNodes, 'n1', {}, undefined],
  ['get', csiNodes, 'n2', {}, 'can only access CSINode with the same name as the requesting node'],
  ['list', csiNodes, '', {}, 'can only get, create, update, patch, or delete a CSINode'],
  ['get', `${csiNodes}:x`, 'n1', {}, 'cannot authorize CSINode subresources'],
  ['create', slices, '', {}, undefined],
  ['list', slices, '', narrowed('spec.nodeName', 'n1'), undefined],
  [
    'list',
    slices,
    '',
    narrowed('spec.nodeName', 'n2'),
    'can only list/watch/deletecollection resourceslices with nodeName field selector',
  ],
  [
    'bind',
    slices,
    'slice',
    {},
    'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
  ],
  ['get', 'nodes', 'n1', {}, undefined],
  ['get', 'nodes', 'n2', {}, "node 'n1' cannot read 'n2', only its own Node object"],
  ['list', 'nodes', '', {}, "node 'n1' cannot read all nodes, only its own Node object"],
  ['create', 'nodes', '', {}, undefined],
  ['delete', 'nodes', 'n1', {}, ''],
  ['patch', 'nodes:status', 'n1', {}, undefined],
  ['get', 'nodes:proxy', 'n1', {}, ''],
  ['list', 'pods', '', { namespace: '', ...narrowed('spec.nodeName', 'n1') }, undefined],
  [
    'list',
    'pods',
    '',
    { namespace: '', ...narrowed('spec.nodeName', 'n2') },
    'can only list/watch pods with spec.nodeName field selector',
  ],
  ['watch', 'pods', 'web', {}, undefined],
  ['update', 'pods', 'web', {}, ''],
  ['update', 'pods:status', 'web', {}, undefined],
  ['create', 'pods:eviction', 'web', {}, undefined],
  ['create', 'pods:exec', 'web', {}, ''],
  ['list', 'services', '', { namespace: '' }, undefined],
  ['delete', 'services', 'a', {}, ''],
  ['create', 'authorization.k8s.io/subjectaccessreviews', '', { namespace: '' }, undefined],
  ['list', 'rbac.authorization.k8s.io/clusterroles', '', { namespace: '' }, ''],
]
test('the table of what a kubelet may do', () => {
  const graph = world()
  for (const [verb, what, name, more, reason] of table) {
    const verdict = decide(graph, access(kubelet('n1'), verb, what, name, more))
    const wanted = reason === undefined ? { decision: 'allow', reason: '' } : { decision: 'none', reason }
    assert.deepEqual(verdict, wanted, `${verb} ${what} ${name}`)
  }
})

test('only members of the group of nodes with a name are nodes', () => {
  const get = (user: Access['user']) => decide(world(), access(user, 'get', 'secrets', 'pull'))
  assert.deepEqual(get({ name: 'system:node:n1', groups: [] }), { decision: 'none', reason: '' })
  assert.deepEqual(get({ name: 'ann', groups: ['system:nodes'] }), { decision: 'none', reason: '' })
  assert.deepEqual(get(kubelet('')), { decision: 'none', reason: 'unknown node for user "system:node:"' })
})

const random = seededRandom(3)
const one = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T
const names = ['a', 'b', 'c']
const anyPod = (name: string, namespace: string): Pod => ({
  metadata: { name, namespace },
  spec: {
    ...(random.next() < 0.8 && { nodeName: one(['n1', 'n2', 'n3']) }),
    containers: [],
    volumes: [
      { name: 's', secret: { secretName: one(names) } },
      { name: 'c', persistentVolumeClaim: { claimName: one(names) } },
    ],
  },
})
const anyVolume = (name: string): PersistentVolume => ({
  metadata: { name },
  spec: {
    claimRef: { namespace: one(['red', 'blue']), name: one(names) },
    cephfs: { monitors: [], secretRef: { name: one(names), namespace: one(['red', 'blue']) } },
  },
})

test('2,000 decisions agree with an evaluator that looks at every pod and every volume', () => {
  const graph = new NodeGraph()
  const pods = new Map<string, Pod>()
  const volumes = new Map<string, PersistentVolume>()
  let allowed = 0
  for (let turn = 0; turn < 2_000; turn++) {
    changeSomething(graph, pods, volumes)
    const plural = one(['secrets', 'persistentvolumeclaims', 'persistentvolumes', 'pods'])
    const namespace = plural === 'persistentvolumes' ? '' : one(['red', 'blue'])
    const asked = access(kubelet(one(['n1', 'n2'])), 'get', plural, one(names), { namespace })
    const isAllowed = decide(graph, asked).decision === 'allow'
    assert.equal(isAllowed, naive([...pods.values()], [...volumes.values()], asked), JSON.stringify(asked))
    if (isAllowed) allowed++
  }
  assert.ok(allowed > 300 && allowed < 1_700, `${allowed} of 2,000 allowed`)
})

function changeSomething(
  graph: NodeGraph,
  pods: Map<string, Pod>,
  volumes: Map<string, PersistentVolume>,
): void {
  const name = one(names)
  const namespace = one(['red', 'blue'])
  const isGone = random.next() < 0.3
  if (random.next() < 0.6) {
    const next = anyPod(name, namespace)
    tell(graph, 'pods', next as unknown as KubeObject, isGone)
    if (isGone) pods.delete(`${namespace}/${name}`)
    else pods.set(`${namespace}/${name}`, next)
  } else {
    const next = anyVolume(name)
    tell(graph, 'persistentvolumes', next as unknown as KubeObject, isGone)
    if (isGone) volumes.delete(name)
    else volumes.set(name, next)
  }
}

function naive(pods: readonly Pod[], volumes: readonly PersistentVolume[], asked: Access): boolean {
  const { namespace, name } = asked
  const node = asked.user.name.split(':')[2]
  const here = pods.filter(({ spec }) => spec?.nodeName === node)
  const claims = (claimNamespace = '', claim = '') =>
    here.some(
      ({ metadata, spec }) =>
        metadata.namespace === claimNamespace &&
        (spec?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim),
    )
  const mounts = ({ spec }: PersistentVolume) => claims(spec?.claimRef?.namespace, spec?.claimRef?.name)
  const own = here.filter(({ metadata }) => metadata.namespace === namespace)
  const answers: Record<string, () => boolean> = {
    pods: () => own.some(({ metadata }) => metadata.name === name),
    persistentvolumeclaims: () => claims(namespace, name),
    persistentvolumes: () => volumes.some((volume) => volume.metadata.name === name && mounts(volume)),
    secrets: () =>
      own.some(({ spec }) => (spec?.volumes ?? []).some(({ secret }) => secret?.secretName === name)) ||
      volumes.some((volume) => {
        const secret = volume.spec?.cephfs?.secretRef
        return secret?.name === name && secret.namespace === namespace && mounts(volume)
      }),
  }
  return answers[asked.resource]?.() ?? false
}
