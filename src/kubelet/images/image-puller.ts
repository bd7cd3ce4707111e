import type { Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { goDuration } from './go-duration.ts'
import { defaultPullPolicy } from '#kinds/core/image-name'
import type { Container, Pod, Secret } from '#kinds/gen/core-v1'
import type { PullAuth, Runtime, SandboxConfig } from '../contract.ts'
import { StartError, wordsOf } from '../pod/problem.ts'
import type { Recorder } from '../pod/recorder.ts'
import { nextBackoff, type Backoff } from '../pod/restart-backoff.ts'
import { withDefaultTag } from './image-reference.ts'
import { pullAuths } from './pull-secrets.ts'
import { Serial } from './serial.ts'

/** What the puller is given. */
export interface ImagePullerOptions {
  readonly runtime: Runtime
  readonly clock: Clock
  readonly recorder: Recorder
  readonly readSecret: (namespace: string, name: string) => Promise<Secret>
  /** How many images are pulled at a time. */
  readonly pullsMax: number
}

interface Wait extends Backoff {
  readonly why: string
}

/** Brings the images that containers ask for, by their pull policy; waits longer after each failure. */
export class ImagePuller {
  readonly #options: ImagePullerOptions
  readonly #waits = new Map<string, Wait>()
  readonly #pulls: Serial

  constructor(options: ImagePullerOptions) {
    this.#options = options
    this.#pulls = new Serial(options.pullsMax)
  }

  /** The reference of the image, which the node then has. @throws StartError with upstream's reason. */
  async ensure(pod: Pod, container: Container, sandbox: SandboxConfig, signal: Cancel): Promise<string> {
    const image = withDefaultTag(container.image ?? '')
    const shown = JSON.stringify(container.image ?? '')
    const { recorder } = this.#options
    if (image === undefined) {
      const message = `Failed to apply default image tag ${shown}: couldn't parse image name ${shown}: invalid reference format`
      recorder.warning(pod, 'InspectFailed', message, container.name)
      throw new StartError({ reason: 'InvalidImageName', message })
    }
    const policy = container.imagePullPolicy ?? defaultPullPolicy(image)
    const present = await this.#inspect(pod, container, image, signal)
    if (present !== undefined && policy !== 'Always') {
      const text = `Container image ${shown} already present on machine and can be accessed by the pod`
      recorder.normal(pod, 'Pulled', text, container.name)
      return present
    }
    if (policy === 'Never') {
      const message = `Container image ${shown} is not present with pull policy of Never`
      recorder.warning(pod, 'ErrImageNeverPull', message, container.name)
      throw new StartError({ reason: 'ErrImageNeverPull', message })
    }
    return await this.#pull(pod, container, image, sandbox, signal)
  }

  /** Forgets what a pod waited for. */
  forget(podUid: string): void {
    for (const key of this.#waits.keys()) if (key.startsWith(`${podUid}_`)) this.#waits.delete(key)
  }

  async #inspect(pod: Pod, container: Container, image: string, signal: Cancel): Promise<string | undefined> {
    try {
      return (await this.#options.runtime.imageStatus(image, signal))?.id
    } catch (error) {
      if (signal.aborted) throw error
      const message = `Failed to inspect image ${JSON.stringify(container.image)}: ${wordsOf(error)}`
      this.#options.recorder.warning(pod, 'InspectFailed', message, container.name)
      throw new StartError({ reason: 'ImageInspectError', message }, { cause: error })
    }
  }

  async #pull(
    pod: Pod,
    container: Container,
    image: string,
    sandbox: SandboxConfig,
    signal: Cancel,
  ): Promise<string> {
    const { clock, recorder } = this.#options
    const key = `${pod.metadata.uid}_${container.image}`
    const shown = JSON.stringify(container.image)
    this.#checkWait(pod, container, key)
    recorder.normal(pod, 'Pulling', `Pulling image ${shown}`, container.name)
    const askedAt = clock.monotonic()
    let beganAt = askedAt
    const task = () => {
      beganAt = clock.monotonic()
      return this.#fetch(pod, image, sandbox, signal)
    }
    try {
      const ref = await this.#pulls.run(task)
      this.#waits.delete(key)
      const now = clock.monotonic()
      const times = `${goDuration(now - beganAt)} (${goDuration(now - askedAt)} including waiting)`
      const size = (await this.#options.runtime.imageStatus(image, signal))?.sizeBytes ?? 0
      const text = `Successfully pulled image ${shown} in ${times}. Image size: ${size} bytes.`
      recorder.normal(pod, 'Pulled', text, container.name)
      return ref
    } catch (error) {
      if (signal.aborted) throw error
      const message = wordsOf(error)
      const wait = { ...nextBackoff(this.#waits.get(key), clock.now()), why: message }
      this.#waits.set(key, wait)
      recorder.warning(pod, 'Failed', `Failed to pull image ${shown}: ${message}`, container.name)
      throw new StartError(
        { reason: 'ErrImagePull', message },
        // The next try comes soon, to show ImagePullBackOff as upstream does, and then waits.
        { cause: error, retryAt: clock.now() + wait.delayMs / 2 },
      )
    }
  }

  #checkWait(pod: Pod, container: Container, key: string): void {
    const wait = this.#waits.get(key)
    if (wait === undefined || this.#options.clock.now() >= wait.setAt + wait.delayMs) return
    const text = `Back-off pulling image ${JSON.stringify(container.image)}`
    this.#options.recorder.normal(pod, 'BackOff', text, container.name)
    const message = `${text}: ErrImagePull: ${wait.why}`
    throw new StartError({ reason: 'ImagePullBackOff', message }, { retryAt: wait.setAt + wait.delayMs })
  }

  async #fetch(pod: Pod, image: string, sandbox: SandboxConfig, signal: Cancel): Promise<string> {
    const { runtime, readSecret } = this.#options
    const auths: (PullAuth | undefined)[] = await pullAuths(pod, image, readSecret)
    if (auths.length === 0) auths.push(undefined)
    let fault: unknown
    for (const auth of auths) {
      try {
        return await runtime.pullImage(image, auth, sandbox, signal)
      } catch (error) {
        if (signal.aborted) throw error
        fault = error
      }
    }
    throw fault
  }
}
