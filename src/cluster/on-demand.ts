// What needs a container runtime, loaded when it is called: gRPC and the kubelet take 10 MiB and a tenth of a second,
// which an API server on its own should not pay.
import type { startKubelet as StartKubelet } from './kubelet.ts'
import type { kubeletSettingsFromFlags as KubeletSettingsFromFlags } from './kubelet/settings.ts'
import type { simulatedSettings as ToSimulatedSettings } from './simulated/settings.ts'
import type { simulateNodes as SimulateNodes } from './simulated/simulate-nodes.ts'
import type { down as Down } from './up/down.ts'
import type { up as Up } from './up/up.ts'

/** Starts a kubelet; see kubelet.ts. */
export const startKubelet: typeof StartKubelet = async (settings, host) =>
  (await import('./kubelet.ts')).startKubelet(settings, host)

/** Turns the flags of kubelet into settings; see kubelet/settings.ts. */
export const kubeletSettingsFromFlags: typeof KubeletSettingsFromFlags = async (...args) =>
  (await import('./kubelet/settings.ts')).kubeletSettingsFromFlags(...args)

/** Starts a whole cluster; see up/up.ts. */
export const up: typeof Up = async (...args) => (await import('./up/up.ts')).up(...args)

/** Stops a cluster; see up/down.ts. */
export const down: typeof Down = async (...args) => (await import('./up/down.ts')).down(...args)

/** Joins simulated nodes to a cluster; see simulated/simulate-nodes.ts. */
export const simulateNodes = async (
  ...args: Parameters<typeof SimulateNodes>
): Promise<ReturnType<typeof SimulateNodes>> =>
  (await import('./simulated/simulate-nodes.ts')).simulateNodes(...args)

/** Turns the flags of `kubeling node` into settings; see simulated/settings.ts. */
export const simulatedSettings: typeof ToSimulatedSettings = async (...args) =>
  (await import('./simulated/settings.ts')).simulatedSettings(...args)
