/** A field that several managers may want, in an object of which it is the only field that matters. */
export interface ApplyElement {
  readonly what: string
  /** The collection's path. */
  readonly at: string
  readonly head: { readonly kind: string; readonly apiVersion: string }
  /** What every object of the kind needs beside the element. */
  readonly base?: object
  /** The element with one of two values; for items of sets and keyed lists: one of two items. */
  with(value: 1 | 2): object
  /** The paths that a manager comes to own by setting the value. */
  paths(value: 1 | 2): readonly string[]
  /** The paths at which managers with different values meet. */
  readonly contested?: readonly string[]
  /** The element's value in an object. */
  read(object: never): unknown
}

const core = { apiVersion: 'v1' } as const
const configMap = { at: '/api/v1/namespaces/default/configmaps', head: { ...core, kind: 'ConfigMap' } }
const service = {
  at: '/api/v1/namespaces/default/services',
  head: { ...core, kind: 'Service' },
  base: { spec: { ports: [{ port: 80 }] } },
}
const account = {
  at: '/api/v1/namespaces/default/serviceaccounts',
  head: { ...core, kind: 'ServiceAccount' },
}
const node = { at: '/api/v1/nodes', head: { ...core, kind: 'Node' } }
const lease = {
  at: '/apis/coordination.k8s.io/v1/namespaces/default/leases',
  head: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
}
const secret = { at: '/api/v1/namespaces/default/secrets', head: { ...core, kind: 'Secret' } }

type Any = Readonly<Record<string, never>>

/** Fields with one value: two managers that want different ones stand against each other. */
export const valueElements: readonly ApplyElement[] = [
  {
    ...configMap,
    what: 'a key of a map',
    with: (value) => ({ data: { key: `v${value}` } }),
    paths: () => ['.data.key'],
    contested: ['.data.key'],
    read: ({ data }: Any) => data?.['key'],
  },
  {
    ...configMap,
    what: 'a label',
    with: (value) => ({ metadata: { labels: { a: `v${value}` } } }),
    paths: () => ['.metadata.labels.a'],
    contested: ['.metadata.labels.a'],
    read: ({ metadata }: Any) => (metadata?.['labels'] as Any | undefined)?.['a'],
  },
  {
    ...configMap,
    what: 'an annotation with a dot and a slash',
    with: (value) => ({ metadata: { annotations: { 'example.com/a': `v${value}` } } }),
    paths: () => ['.metadata.annotations.example.com/a'],
    contested: ['.metadata.annotations.example.com/a'],
    read: ({ metadata }: Any) => (metadata?.['annotations'] as Any | undefined)?.['example.com/a'],
  },
  {
    ...secret,
    what: 'bytes',
    with: (value) => ({ data: { key: value === 1 ? 'YQ==' : 'Yg==' } }),
    paths: () => ['.data.key'],
    contested: ['.data.key'],
    read: ({ data }: Any) => data?.['key'],
  },
  {
    ...lease,
    what: 'a number',
    with: (value) => ({ spec: { leaseDurationSeconds: value } }),
    paths: () => ['.spec.leaseDurationSeconds'],
    contested: ['.spec.leaseDurationSeconds'],
    read: ({ spec }: Any) => spec?.['leaseDurationSeconds'],
  },
  {
    ...account,
    what: 'an atomic list',
    with: (value) => ({ imagePullSecrets: [{ name: `s${value}` }] }),
    paths: () => ['.imagePullSecrets'],
    contested: ['.imagePullSecrets'],
    read: ({ imagePullSecrets }: Any) => imagePullSecrets,
  },
  {
    ...node,
    what: 'an atomic list of objects',
    with: (value) => ({ spec: { taints: [{ key: 'k', value: `v${value}`, effect: 'NoSchedule' }] } }),
    paths: () => ['.spec.taints'],
    contested: ['.spec.taints'],
    read: ({ spec }: Any) => spec?.['taints'],
  },
  {
    ...service,
    what: 'an atomic map',
    with: (value) => ({ ...service.base, spec: { ...service.base.spec, selector: { a: `v${value}` } } }),
    paths: () => ['.spec.selector'],
    contested: ['.spec.selector'],
    read: ({ spec }: Any) => spec?.['selector'],
  },
  {
    ...service,
    what: 'a field of an item in a keyed list',
    with: (value) => ({ spec: { ports: [{ port: 80, targetPort: 8000 + value }] } }),
    paths: () => ['.spec.ports[port=80,protocol="TCP"].targetPort'],
    contested: ['.spec.ports[port=80,protocol="TCP"].targetPort'],
    read: ({ spec }: Any) => (spec?.['ports'] as Any[] | undefined)?.[0]?.['targetPort'],
  },
]

/** Items of sets and keyed lists: two managers each have their own. */
export const itemElements: readonly ApplyElement[] = [
  {
    ...configMap,
    what: 'finalizers, a set',
    with: (value) => ({ metadata: { finalizers: [`example.com/f${value}`] } }),
    paths: (value) => [`.metadata.finalizers[="example.com/f${value}"]`],
    read: ({ metadata }: Any) => metadata?.['finalizers'] ?? [],
  },
  {
    ...account,
    what: 'secrets, a list of wholes keyed by name',
    with: (value) => ({ secrets: [{ name: `s${value}` }] }),
    paths: (value) => [`.secrets[name="s${value}"]`],
    read: ({ secrets }: Any) => ((secrets ?? []) as { name: string }[]).map(({ name }) => name),
  },
  {
    ...configMap,
    what: 'owners, a list of wholes keyed by uid',
    with: (value) => ({
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: `u${value}` }] },
    }),
    paths: (value) => [`.metadata.ownerReferences[uid="u${value}"]`],
    read: ({ metadata }: Any) =>
      ((metadata?.['ownerReferences'] ?? []) as { uid: string }[]).map(({ uid }) => uid),
  },
  {
    ...configMap,
    what: 'keys of a map',
    with: (value) => ({ data: { [`k${value}`]: 'v' } }),
    paths: (value) => [`.data.k${value}`],
    read: ({ data }: Any) => Object.keys(data ?? {}),
  },
  {
    ...service,
    what: 'ports, a list with two keys of which one has a default',
    with: (value) => ({
      spec: {
        clusterIP: 'None',
        ports: [
          { name: 'web', port: 80 },
          { name: `p${value}`, port: 8000 + value },
        ],
      },
    }),
    paths: (value) => {
      const item = `.spec.ports[port=${8000 + value},protocol="TCP"]`
      return [item, `${item}.name`, `${item}.port`]
    },
    read: ({ spec }: Any) =>
      ((spec?.['ports'] ?? []) as { name?: string }[]).map(({ name }) => name).filter((one) => one !== 'web'),
  },
]
