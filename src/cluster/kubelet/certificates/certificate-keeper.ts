import type { KeyPair } from '#apiserver'
import type { Cancel } from '#base/cancel'
import { sleep } from '#base/clock'
import type { KubeletHost } from '../options.ts'
import { type CertificateStore, validity } from './certificate-store.ts'

/** What keeps one certificate fresh. */
export interface KeeperOptions {
  readonly store: CertificateStore
  readonly ask: (signal: Cancel) => Promise<KeyPair>
  /** Hears of each new one. */
  readonly onRenewed: () => Promise<void>
  /** Leaves it at the first one. */
  readonly isOnce?: boolean
}

const retryMsMin = 2_000
const retryMsMax = 5 * 60_000
const lookMs = 60_000

/** When a certificate is to be replaced: somewhere between 70 and 90 percent of its life, as upstream has it. */
export function renewalAt(pair: KeyPair, random: number): number {
  const { from, until } = validity(pair)
  return from + (until - from) * (0.7 + 0.2 * random)
}

/** Asks for a new certificate before the one there is ends, until the signal fires. Asks at once where there is none. */
export async function keepCertificate(
  { store, ask, onRenewed, isOnce = false }: KeeperOptions,
  { clock, random, log }: KubeletHost,
  signal: Cancel,
): Promise<void> {
  let pair = await store.current(clock.now())
  let dueAt = pair ? renewalAt(pair, random.next()) : 0
  let waitMs = retryMsMin
  while (!signal.aborted) {
    try {
      // A clock that is set moves the moment: it is looked at, not waited for.
      while (clock.now() < dueAt) await sleep(clock, Math.min(lookMs, dueAt - clock.now()), signal)
      pair = await ask(signal)
      await store.keep(pair, clock.now())
      log.info('Certificate rotated', { path: store.path })
      await onRenewed()
      if (isOnce) return
      dueAt = renewalAt(pair, random.next())
      waitMs = retryMsMin
    } catch (error) {
      if (signal.aborted) return
      log.error('Certificate request was not approved or signed', { path: store.path, err: error })
      await sleep(clock, waitMs, signal).catch(() => {})
      waitMs = Math.min(waitMs * 2, retryMsMax)
    }
  }
}
