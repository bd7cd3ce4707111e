import { durationKind, flag, FlagError, intKind, parseDuration, stringsKind, type Values } from '#base/flags'
import { parseThresholds, toLimits } from '#kubelet'
import type { KubeletSettings } from './options.ts'

/** The flags of kubelet about evicting pods, beside --eviction-hard. */
export const evictionFlags = {
  evictionSoft: flag(
    'eviction-soft',
    stringsKind,
    [],
    'How little of something may be left for a while before pods are evicted, e.g. memory.available<1.5Gi.',
  ),
  evictionSoftGracePeriod: flag(
    'eviction-soft-grace-period',
    stringsKind,
    [],
    'How long a threshold of --eviction-soft must be crossed, e.g. memory.available=1m30s.',
  ),
  evictionMaxPodGracePeriod: flag(
    'eviction-max-pod-grace-period',
    intKind,
    0,
    'The longest grace in seconds of a pod that is evicted for a soft threshold.',
  ),
  evictionMinimumReclaim: flag(
    'eviction-minimum-reclaim',
    stringsKind,
    [],
    'How much more than a threshold must be won back once it was crossed, e.g. imagefs.available=2Gi.',
  ),
  evictionPressureTransitionPeriod: flag(
    'eviction-pressure-transition-period',
    durationKind,
    300_000,
    'For how long the node says that it is under pressure after it last was.',
  ),
}

/** What the flags about evicting pods mean. @throws FlagError for one that cannot be right */
export function evictionSettings(values: Values<typeof evictionFlags>): Partial<KubeletSettings> {
  const soft = pairs('eviction-soft', '<', values.evictionSoft)
  const graces = Object.entries(pairs('eviction-soft-grace-period', '=', values.evictionSoftGracePeriod))
  const softGraceMs = Object.fromEntries(graces.map(([signal, text]) => [signal, duration(signal, text)]))
  const minimumReclaim = pairs('eviction-minimum-reclaim', '=', values.evictionMinimumReclaim)
  checked('eviction-minimum-reclaim', () => parseThresholds(minimumReclaim))
  checked('eviction-soft', () => toLimits({ hard: {}, soft, softGraceMs }))
  return {
    ...(values.evictionSoft.length > 0 && { evictionSoft: soft, evictionSoftGraceMs: softGraceMs }),
    ...(values.evictionMinimumReclaim.length > 0 && { evictionMinimumReclaim: minimumReclaim }),
    evictionGraceSecondsMax: values.evictionMaxPodGracePeriod,
    // A file that says 0s leaves it to the kubelet, as kubeadm's does.
    ...(values.evictionPressureTransitionPeriod > 0 && {
      evictionTransitionMs: values.evictionPressureTransitionPeriod,
    }),
  }
}

const wrong = (name: string, why: string) => new FlagError(`invalid --${name}: ${why}`)

function pairs(name: string, sign: '<' | '=', texts: readonly string[]): Record<string, string> {
  const read = texts.map((text): [string, string] => {
    const at = text.indexOf(sign)
    if (at < 1 || at === text.length - 1) throw wrong(name, `${text}: it takes signal${sign}amount`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return Object.fromEntries(read)
}

function duration(signal: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms <= 0)
    throw wrong('eviction-soft-grace-period', `${signal}=${text}: it takes a duration above 0`)
  return ms
}

function checked(name: string, check: () => unknown): void {
  try {
    check()
  } catch (error) {
    throw wrong(name, (error as Error).message)
  }
}
