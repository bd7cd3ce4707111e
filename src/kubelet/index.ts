export * from './contract.ts'
export type { CgroupAmounts } from './cgroups/amounts.ts'
export type { CgroupDriver } from './cgroups/cgroup-names.ts'
export { openCgroups } from './cgroups/cgroup-tree.ts'
export { cpuSharesOf } from './cgroups/cpu-amounts.ts'
export type { CgroupOptions } from './cgroups/pod-cgroups.ts'
export { sysctlFault } from './pod/sysctls.ts'
export { connectRuntime } from './cri/connect-runtime.ts'
export { createPodManager } from './pod/pod-manager.ts'
export type { DiskReading, MachineReadings, RuntimeReadings } from './node/readings.ts'
export {
  allocatable,
  forPods,
  reservable,
  reservationFault,
  type Reservation,
  reservedAmounts,
} from './node/allocatable.ts'
export { nodeLabelsFault } from './node/node-labels.ts'
export { nodeAddresses } from './node/addresses.ts'
export { architecture, readDisk, readMachine } from './node/machine.ts'
export type { NodeOptions } from './node/node-options.ts'
export { runNode } from './node/run-node.ts'
export { readRuntime } from './node/runtime-readings.ts'
export { defaultThresholds, parseThresholds } from './node/thresholds.ts'
export type { ReviewOptions } from './server/access/reviews.ts'
export { createKubeletServer } from './server/create-kubelet-server.ts'
export type { KubeletServer, KubeletServerOptions, LogFolder } from './server/contract.ts'
export { followManifests } from './static/follow-manifests.ts'
export { followManifestUrl } from './static/follow-manifest-url.ts'
export { MirrorKeeper } from './static/mirror-keeper.ts'
export { type Recorder, silentRecorder } from './pod/recorder.ts'
export { EventRecorder } from './pod/event-recorder.ts'
export { NodeShutdown, type ShutdownSource } from './shutdown/node-shutdown.ts'
export { type ShutdownGroup, shutdownGroups } from './shutdown/shutdown-groups.ts'
export { EvictionManager } from './eviction/eviction-manager.ts'
export { toLimits } from './eviction/limits.ts'
export { keepLogsShort } from './log-rotation/keep-logs-short.ts'
export type { LogLimits } from './log-rotation/rotate-log.ts'
export {
  type SimulatedProcess,
  type SimulatedPull,
  SimulatedRuntime,
  type SimulatedRuntimeOptions,
} from './simulated/simulated-runtime.ts'
