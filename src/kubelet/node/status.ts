import type { NodeAddress, NodeStatus } from '#kinds/gen/core-v1'
import { toConditions } from './conditions.ts'
import { toImages } from './images.ts'
import { allocatable, type NodeAmounts, reservedAmounts } from './allocatable.ts'
import type { MachineReadings, RuntimeReadings } from './readings.ts'
import { type Pressure, type Thresholds, toPressure } from './thresholds.ts'

/** Everything a node's status is computed from. */
export interface StatusInputs {
  readonly machine: MachineReadings
  readonly runtime: RuntimeReadings
  /** Preferred address first. */
  readonly addresses: readonly string[]
  readonly hostname: string
  readonly port: number
  readonly podsMax: number
  readonly kubeletVersion: string
  readonly thresholds: Thresholds
  /** What is kept from pods beside that; nothing without it. */
  readonly reserved?: NodeAmounts
  readonly compat: 'v1.3' | undefined
  /** Why the pods cannot be looked after, or undefined when all is well. */
  readonly podFault: string | undefined
  /** Why the node is not ready on account of its shutdown. */
  readonly shutdownFault?: string | undefined
  /** What the node is short of; follows from the readings without it. */
  readonly pressure?: Pressure
  /** Attached volumes that must stay so; what was told before stays without it. */
  readonly volumesInUse?: readonly string[]
  /** How many images are told of; all below 0, 50 without it. */
  readonly imagesMax?: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The status of a node. Conditions, addresses and fields that others wrote are kept from `earlier`. */
export function toNodeStatus(inputs: StatusInputs, before: NodeStatus = {}): NodeStatus {
  const { machine, runtime, thresholds, compat, volumesInUse } = inputs
  const ready = runtime.fault === undefined
  const { volumesInUse: usedBefore = [], ...earlier } = before
  const used = volumesInUse ?? usedBefore
  return {
    ...earlier,
    capacity: toCapacity(inputs),
    allocatable: toAllocatable(inputs),
    conditions: toConditions(
      {
        pressure: inputs.pressure ?? toPressure(machine, runtime, thresholds),
        runtime,
        podFault: inputs.podFault,
        shutdownFault: inputs.shutdownFault,
        compat,
        now: inputs.now,
      },
      earlier.conditions ?? [],
    ),
    addresses: toAddresses(inputs),
    daemonEndpoints: { kubeletEndpoint: { Port: inputs.port } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: ready ? runtime.version : (earlier.nodeInfo?.containerRuntimeVersion ?? ''),
      kubeletVersion: inputs.kubeletVersion,
      kubeProxyVersion: compat === 'v1.3' ? inputs.kubeletVersion : '',
      operatingSystem: machine.operatingSystem,
      architecture: machine.architecture,
      ...(machine.swapBytes !== undefined &&
        machine.swapBytes > 0 && { swap: { capacity: machine.swapBytes } }),
    },
    ...(ready && abilities(runtime)),
    images: ready ? toImages(runtime.images, inputs.imagesMax) : (earlier.images ?? []),
    // Last, because it comes and goes: a status is compared with the one before as text.
    ...(used.length > 0 && { volumesInUse: [...used] }),
  }
}

/** What the runtime can do for pods; what it does not tell is not told. */
function abilities({ handlers = [], hasGroupsPolicy = false }: RuntimeReadings) {
  const runtimeHandlers = handlers.map(({ name, hasRecursiveReadOnly, hasUserNamespaces }) => ({
    ...(name !== '' && { name }),
    features: { recursiveReadOnlyMounts: hasRecursiveReadOnly, userNamespaces: hasUserNamespaces },
  }))
  return {
    ...(runtimeHandlers.length > 0 && { runtimeHandlers }),
    ...(hasGroupsPolicy && { features: { supplementalGroupsPolicy: true } }),
  }
}

function toAddresses({ addresses, hostname, compat }: StatusInputs): NodeAddress[] {
  const [first] = addresses
  return [
    ...(compat === 'v1.3' && first !== undefined ? [{ type: 'LegacyHostIP', address: first }] : []),
    ...addresses.map((address) => ({ type: 'InternalIP', address })),
    { type: 'Hostname', address: hostname },
  ]
}

function toCapacity({ machine, podsMax, compat }: StatusInputs): Record<string, string> {
  return {
    cpu: String(machine.cpus),
    'ephemeral-storage': binary(machine.nodeDisk.totalBytes),
    ...Object.fromEntries(
      machine.hugePages.map(({ pageBytes, totalBytes }) => [
        `hugepages-${pageSize(pageBytes)}`,
        binary(totalBytes),
      ]),
    ),
    memory: binary(machine.memoryBytes),
    pods: String(podsMax),
    ...(compat === 'v1.3' && { 'alpha.kubernetes.io/nvidia-gpu': '0' }),
  }
}

/** What pods may use. */
function toAllocatable(inputs: StatusInputs): Record<string, string> {
  const { machine, thresholds, compat, reserved = reservedAmounts() } = inputs
  const capacity = toCapacity(inputs)
  if (compat === 'v1.3') return capacity
  const { cpuMilli, memoryBytes, diskBytes } = allocatable(machine, reserved, thresholds)
  return {
    ...capacity,
    cpu: cpuMilli % 1000 === 0 ? String(cpuMilli / 1000) : `${cpuMilli}m`,
    'ephemeral-storage': String(diskBytes),
    memory: binary(memoryBytes),
  }
}

const binary = (bytes: number) => (bytes > 0 && bytes % 1024 === 0 ? `${bytes / 1024}Ki` : String(bytes))
const pageSize = (bytes: number) =>
  bytes >= 2 ** 30 ? `${bytes / 2 ** 30}Gi` : bytes >= 2 ** 20 ? `${bytes / 2 ** 20}Mi` : `${bytes / 1024}Ki`
