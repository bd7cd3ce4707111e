export { type RunningApiServer, startApiServer } from './apiserver.ts'
export { apiServerFlags } from './apiserver/flags.ts'
export { apiServerHelp } from './apiserver/help.ts'
export { nearest } from './apiserver/nearest.ts'
export type { ApiServerHost, ApiServerSettings, StoreChoice } from './apiserver/options.ts'
export { settingsFromFlags } from './apiserver/settings.ts'
export { pushImage } from './images/push.ts'
export { startRegistry } from './images/registry.ts'
export type { KubeletHost, KubeletSettings, RunningKubelet } from './kubelet/options.ts'
export { parseKubeletFlags } from './kubelet/config-file.ts'
export { kubeletFlags } from './kubelet/flags.ts'
export { kubeletHelp } from './kubelet/help.ts'
export { completePath } from './packages/packages.ts'
export { faultText } from './program/fault-text.ts'
export { createProgress, type Progress, type Screen } from './progress/progress.ts'
export { snapshot } from './snapshot/snapshot.ts'
export { openDataDir } from './up/data-dir.ts'
export { type KubelingCommand, kubelingFlags, type UpValues } from './up/flags.ts'
export { commandHelp, kubelingHelp } from './up/help.ts'
export { checkUser } from './up/machine.ts'
export { readSettings } from './up/read-settings.ts'
export { status } from './up/status.ts'
export {
  down,
  kubeletSettingsFromFlags,
  simulatedSettings,
  simulateNodes,
  startKubelet,
  up,
} from './on-demand.ts'
