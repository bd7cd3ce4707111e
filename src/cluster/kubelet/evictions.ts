import {
  defaultThresholds,
  EvictionManager,
  type PodManager,
  readDisk,
  readMachine,
  toLimits,
} from '#kubelet'
import type { Runtime } from '#kubelet'
import { type KubeletHost, type KubeletSettings } from './options.ts'

/** What a kubelet finds out before it evicts pods. */
export interface EvictionFindings {
  readonly rootDir: string
  readonly runtime: Runtime
  readonly pods: PodManager
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly changed: () => void
}

/** What evicts pods of a kubelet. @throws RangeError for a threshold that is none */
export function createEvictions(
  settings: KubeletSettings,
  { clock, log }: KubeletHost,
  found: EvictionFindings,
): EvictionManager {
  const { evictionHard = defaultThresholds, evictionSoft, evictionSoftGraceMs } = settings
  const { evictionMinimumReclaim, evictionTransitionMs, evictionCheckMs, evictionGraceSecondsMax } = settings
  const { runtime } = found
  return new EvictionManager({
    limits: toLimits({
      hard: evictionHard,
      ...(evictionSoft && { soft: evictionSoft }),
      ...(evictionSoftGraceMs && { softGraceMs: evictionSoftGraceMs }),
      ...(evictionMinimumReclaim && { minimumReclaim: evictionMinimumReclaim }),
    }),
    pods: found.pods,
    runtime,
    readMachine: () => readMachine(found.rootDir),
    readImageDisk: async (signal) => {
      const [usage] = await runtime.imageFsInfo(signal)
      return usage && (await readDisk(usage.mountpoint).catch(() => undefined))
    },
    podLogsDir: settings.podLogsDir ?? '/var/log/pods',
    clock,
    log,
    tell: found.tell,
    changed: found.changed,
    ...(evictionTransitionMs !== undefined && { transitionMs: evictionTransitionMs }),
    ...(evictionGraceSecondsMax !== undefined && { graceSecondsMax: evictionGraceSecondsMax }),
    ...(evictionCheckMs !== undefined && { checkMs: evictionCheckMs }),
  })
}
