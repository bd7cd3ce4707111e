import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Client } from '#client'
import type { Tell } from '../progress/progress.ts'
import { Problem } from '../up/problem.ts'
import { podRunning } from './pod-running.ts'

const answerMsMax = 15_000
const retryMs = 200

/**
 * Waits until a pod runs and gives its page. Right after a start, the status may be that of an earlier run and its
 * address nobody's any more: it is read again until the pod answers.
 * @throws Problem when the pod does not run, or runs and does not answer.
 */
export async function pageOf(
  client: Client,
  pod: { readonly name: string; readonly namespace: string },
  clock: Clock,
  signal: Cancel,
  tell: Tell,
): Promise<{ url: string; text: string }> {
  let deadline: number | undefined
  for (;;) {
    const { status } = await podRunning(client, pod, clock, signal, tell)
    const url = `http://${status?.podIP}`
    deadline ??= clock.monotonic() + answerMsMax
    try {
      return { url, text: await fetchText(url) }
    } catch (error) {
      if (clock.monotonic() > deadline)
        throw new Problem(`pod ${pod.name} runs, but does not answer: ${(error as Error).message}`, {
          cause: error,
        })
      tell(`${url} does not answer yet`)
    }
    await sleep(clock, retryMs, signal)
  }
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch((error: Error) => {
    // What went wrong stands in the cause; the error itself only says that fetching failed.
    throw error.cause instanceof Error ? error.cause : error
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${answer.statusText}`)
  return answer.text()
}
