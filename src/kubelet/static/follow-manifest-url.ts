import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { Pod } from '#kinds/gen/core-v1'
import type { Json } from '#schema/object'
import type { PodManager } from '../contract.ts'
import { Pause } from '../pause.ts'
import { withTimeLimit } from '../pod/time-limit.ts'
import { toStaticPods } from './static-pod.ts'
import { successors } from './successors.ts'

/** What static pods of a URL need. */
export interface FollowUrlOptions {
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly nodeName: string
  readonly parse: (text: string) => Json
  readonly clock: Clock
  readonly log: Log
  readonly pods: Pick<PodManager, 'pods' | 'update'>
  readonly checkMs: number
  /** Hears of all pods of the URL whenever they are read. */
  readonly onPods: (pods: readonly Pod[]) => void
}

const answerMs = 10_000
/** How soon a pod whose predecessor is ending is tried again. */
const succeedMs = 200
/** So many failures are told; those after them, only to who wants to know more. */
const complaintsMax = 3

/** Keeps the pods of a node in line with what a URL says until the signal fires. What cannot be read changes nothing. */
export async function followManifestUrl(options: FollowUrlOptions, signal: Cancel): Promise<void> {
  const { clock, url, nodeName, parse, pods, log, checkMs } = options
  let known: { text: string; pods: Pod[] } | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const text = await withTimeLimit(clock, answerMs, signal, (limited) => read(options, limited))
      if (known?.text !== text) {
        const origin = { nodeName, path: url, source: 'http', seenAt: clock.now() } as const
        known = { text, pods: toStaticPods(parse(text), origin) }
      }
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      if (failures <= complaintsMax) log.warn('Failed to read pods from URL', { err: error })
      else log.v(4, 'Failed to read pods from URL', { err: error })
    }
    const wanted = known?.pods ?? []
    const ready = successors(wanted, pods.pods())
    if (known) {
      options.onPods(wanted)
      pods.update('http', ready)
    }
    await new Pause(clock).over(ready.length < wanted.length ? succeedMs : checkMs, signal)
  }
}

/** @throws Error in upstream's words. */
async function read({ url, headers }: FollowUrlOptions, limited: Cancel): Promise<string> {
  const sent = new Headers()
  for (const [name, value] of headers) sent.append(name, value)
  const answer = await fetch(url, { headers: sent, signal: limited as AbortSignal })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.statusText}`)
  if (text === '') throw new Error(`zero-length data received from ${url}`)
  return text
}
