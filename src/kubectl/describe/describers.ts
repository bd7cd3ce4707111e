import type { Client } from '#client'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { LimitRange, Namespace, Node, Pod, ResourceQuota } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import { describeAny } from './any-kind.ts'
import { describeNamespace } from './namespace.ts'
import { describeNode } from './node.ts'
import type { EventLike, Surroundings } from './page.ts'
import { describePod } from './pod.ts'
import { describeService } from './service.ts'
import {
  describeConfigMap,
  describeEndpoints,
  describeSecret,
  describeServiceAccount,
} from './small-kinds.ts'

const core = (plural: string, namespaced = true) => ({ group: '', version: 'v1', plural, namespaced })
const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true }

/** Turns an object into its description; may ask the server for what belongs to it. */
type Describer = (object: KubeObject, around: Surroundings, client: Client) => string | Promise<string>

const describers: Readonly<Record<string, Describer>> = {
  'v1/Pod': (object, around) => describePod(object as Pod, around),
  'v1/Node': (object, around, client) => describeWholeNode(object as Node, around, client),
  'v1/Service': describeService,
  'v1/ConfigMap': describeConfigMap,
  'v1/Secret': describeSecret,
  'v1/ServiceAccount': describeServiceAccount,
  'v1/Namespace': (object, _around, client) => describeWholeNamespace(object as Namespace, client),
  'v1/Endpoints': describeEndpoints,
}

/** An object for people: what it is, what belongs to it, what happened to it. */
export async function describe(
  object: KubeObject,
  client: Client,
  now: number,
  showEvents: boolean,
): Promise<string> {
  const describer = describers[`${object.apiVersion}/${object.kind}`] ?? describeAny
  const events = showEvents ? await eventsOf(object, client) : undefined
  return describer(object, { now, events }, client)
}

/** What happened to an object; undefined when the server does not tell. */
async function eventsOf(
  { kind = '', metadata }: KubeObject,
  client: Client,
): Promise<EventLike[] | undefined> {
  const { name = '', namespace = '', uid = '' } = metadata
  const about = {
    'involvedObject.kind': kind,
    'involvedObject.name': name,
    'involvedObject.namespace': namespace,
    // The events of a node carry its name where others carry a uid.
    'involvedObject.uid': kind === 'Node' ? '' : uid,
  }
  const fieldSelector = Object.entries(about)
    .filter(([, value]) => value !== '')
    .map(([field, value]) => `${field}=${value}`)
    .join(',')
  try {
    const { items } = await client.list<KubeObject & EventLike>(core('events'), { namespace, fieldSelector })
    return items
  } catch {
    return undefined
  }
}

async function describeWholeNamespace(namespace: Namespace, client: Client): Promise<string> {
  const within = { namespace: namespace.metadata.name ?? '' }
  const listed = <T extends KubeObject>(plural: string) =>
    client.list<T>(core(plural), within).then(
      ({ items }) => items,
      () => undefined,
    )
  const [quotas, ranges] = await Promise.all([
    listed<ResourceQuota>('resourcequotas'),
    listed<LimitRange>('limitranges'),
  ])
  return describeNamespace(namespace, { quotas, ranges })
}

async function describeWholeNode(node: Node, around: Surroundings, client: Client): Promise<string> {
  const name = node.metadata?.name ?? ''
  const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`
  const { items } = await client.list<Pod>(core('pods'), { fieldSelector })
  let leaseFault = ''
  const lease = await client
    .get<Lease>(leases, name, { namespace: 'kube-node-lease' })
    .catch((error: unknown) => {
      leaseFault = (error as Error).message
      return undefined
    })
  return describeNode(node, { ...around, lease, leaseFault, pods: items })
}
