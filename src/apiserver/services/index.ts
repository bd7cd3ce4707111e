import type { Cancel } from '#base/cancel'
import { isApiError } from '#base/errors'
import { timeOf } from '#base/time'
import type { KubeObject } from '#schema/object'
import { mutateAll, validateAll } from '../admission/plugin.ts'
import type { Core } from '../call.ts'
import { internalCall } from '../internal-call.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { stampNew } from '../prepare.ts'
import type { Resource } from '../registry/resource.ts'
import { AddressPool } from './address-pool.ts'
import { defaultPortRange, PortPool, type PortRange } from './port-pool.ts'
import { keepRepairing, repair } from './repair.ts'
import { ServiceAllocator } from './service-allocator.ts'

/** Where services get their addresses and ports from. */
export interface ServiceOptions {
  /** One range, or one of each family, the preferred one first. */
  readonly cidrs: readonly string[]
  readonly nodePorts?: PortRange
}

/** Gives services addresses and ports from now on, after repairing what an earlier server has left undone. */
export async function allocateServices(core: Core, options: ServiceOptions, signal: Cancel): Promise<void> {
  const services = core.registry.inGroup('', 'services')
  const ranges = core.registry.inGroup('networking.k8s.io', 'servicecidrs')
  if (services === undefined || ranges === undefined) return
  const { store, clock, random, log } = core.parts
  await ensureRange(core, ranges, options.cidrs)
  const addresses = new AddressPool(core)
  const prefix = services.directory.slice(0, services.directory.indexOf('/', 1))
  const ports = new PortPool(store, prefix, options.nodePorts ?? defaultPortRange, random)
  const repaired = { services, addresses, ports, clock, log }
  const orphans = await repair(repaired)
  services.allocator = new ServiceAllocator(addresses, ports)
  keepRepairing(repaired, orphans, signal)
}

/** Makes the range that the server was started with. */
async function ensureRange(core: Core, ranges: Resource, cidrs: readonly string[]): Promise<void> {
  const name = 'kubernetes'
  if (ranges.peek('', name)) return
  const call = internalCall(core, ranges, 'POST')
  const object = rangeObject(core, ranges, name, cidrs)
  try {
    ownedByWriter(call, '')(object, undefined)
    stampNew(call, object)
    await mutateAll({ call, operation: 'CREATE', object, old: undefined })
    await validateAll({ call, operation: 'CREATE', object, old: undefined })
    // Written as it is, its status included: the server's own range is ready from the start.
    await ranges.create(object)
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return
    if (!isApiError(error, 'Forbidden')) throw error
    core.parts.log.error('Unable to make the range of service addresses', { name, err: error.message })
  }
}

function rangeObject(core: Core, { kind }: Resource, name: string, cidrs: readonly string[]): KubeObject {
  const ready = {
    type: 'Ready',
    status: 'True',
    lastTransitionTime: timeOf(core.parts.clock.now()),
    reason: '',
    message: 'Kubernetes Service CIDR is ready',
  }
  const head = { kind: kind.kind, apiVersion: kind.apiVersion, metadata: { name } }
  const object = { ...head, spec: { cidrs }, status: { conditions: [ready] } } as unknown as KubeObject
  kind.fillIn(object)
  return object
}
