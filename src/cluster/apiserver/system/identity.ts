import { createHash } from 'node:crypto'
import { parseTime, microTimeOf } from '#base/time'
import type { Client } from '#client'
import { lease } from '#kinds/coordination/lease'
import type { Lease } from '#kinds/gen/coordination-v1'
import type { KubeObject } from '#schema/object'
import type { OwnAddress } from './own-address.ts'
import type { Wanted } from './wanted.ts'

const selector = 'apiserver.kubernetes.io/identity'
const program = 'kube-apiserver'
const addressNote = 'kubeling.io/serving-address'
const namespace = 'kube-system'

/** How often a server says that it lives. */
export const renewMs = 10_000

/** A server that has not said so for this long is taken for gone. */
const goneMs = 3 * renewMs

/** Says that this server lives and where. */
export function ownLease({ address, port }: OwnAddress, holder: string, now: number): Wanted {
  const digest = createHash('sha256').update(`${address}:${port}`).digest('hex').slice(0, 26)
  const name = `apiserver-${digest}`
  const spec = {
    holderIdentity: `${name}_${holder}`,
    leaseDurationSeconds: 3600,
    renewTime: microTimeOf(now),
  }
  const object = {
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    metadata: {
      name,
      namespace,
      labels: { [selector]: program },
      annotations: { [addressNote]: `${address} ${port}` },
    },
    spec,
  }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      const held = (found as Lease).spec
      const isFresh = held?.holderIdentity === spec.holderIdentity && msOf(held.renewTime) > now - renewMs / 2
      return isFresh ? undefined : ({ ...found, spec: { ...held, ...spec } } as unknown as KubeObject)
    },
  }
}

/** The addresses and ports of all servers that live, this one included, sorted. */
export async function livingServers(client: Client, own: OwnAddress, now: number) {
  const params = { namespace, labelSelector: `${selector}=${program}` }
  const { items } = await client.list<KubeObject>(lease, params)
  const found = items
    .filter((one) => msOf((one as Lease).spec?.renewTime) > now - goneMs)
    .flatMap(({ metadata }) => metadata.annotations?.[addressNote] ?? [])
  return [...new Set([...found, `${own.address} ${own.port}`])].toSorted().map((text) => {
    const [address = '', port] = text.split(' ')
    return { address, port: Number(port) }
  })
}

const msOf = (text: string | undefined) => (text === undefined ? 0 : (parseTime(text)?.seconds ?? 0) * 1000)
