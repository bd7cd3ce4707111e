import type { Cancel } from '#base/cancel'
import type { ConfigMap, Container, Pod, Secret } from '#kinds/gen/core-v1'
import { containerConfig } from '../env/container-config.ts'
import { environment } from '../env/environment.ts'
import type { MachineMemory } from '../env/resources.ts'
import { type IdRange, rootFault } from '../env/security.ts'
import type { ImagePuller } from '../images/image-puller.ts'
import { isRuntimeFault, type NodeFacts, type Runtime, type SandboxConfig } from '../contract.ts'
import type { containerMounts } from '../volumes/container-mounts.ts'
import type { PodVolumes } from '../volumes/no-volumes.ts'
import { problemOf, StartError, wordsOf } from './problem.ts'
import type { Recorder } from './recorder.ts'
import { checkCancel } from './time-limit.ts'

/** What containers are started with. */
export interface StarterOptions {
  readonly runtime: Runtime
  readonly recorder: Recorder
  readonly images: ImagePuller
  readonly volumes: PodVolumes
  readonly mounts: typeof containerMounts
  readonly node: NodeFacts
  readonly profileRoot: string
  readonly seccompDefault: boolean
  readonly machine: MachineMemory
  /** The users of a pod with a namespace of its own. */
  readonly usersOf: (pod: Pod) => Promise<IdRange | undefined>
  readonly readConfigMap: (namespace: string, name: string) => Promise<ConfigMap>
  readonly readSecret: (namespace: string, name: string) => Promise<Secret>
  readonly sandboxConfig: (pod: Pod, attempt: number) => Promise<SandboxConfig>
}

/** One start of a container. */
export interface Start {
  readonly pod: Pod
  readonly container: Container
  readonly attempt: number
  readonly sandboxId: string
  /** Addresses of the sandbox. */
  readonly ips: readonly string[]
  /** The container whose processes this one is to see. */
  readonly targetId?: string
}

/** Brings one instance of a container to run, whatever an earlier try that was cut off left behind. */
export class ContainerStarter {
  readonly #options: StarterOptions

  constructor(options: StarterOptions) {
    this.#options = options
  }

  /** The id of the container that this call started; undefined when it already ran or ended. @throws StartError */
  async start(start: Start, signal: Cancel): Promise<string | undefined> {
    const { runtime } = this.#options
    const { container, attempt, sandboxId } = start
    const listed = await runtime.listContainers({ sandboxId }, signal)
    const same = listed.find((one) => one.name === container.name && one.attempt === attempt)
    if (same !== undefined && same.state !== 'created') return undefined
    const id = same?.id ?? (await this.#create(start, signal))
    checkCancel(signal)
    return await this.#run(start, id, signal)
  }

  async #run({ pod, container }: Start, id: string, signal: Cancel): Promise<string> {
    const { runtime, recorder } = this.#options
    try {
      await runtime.startContainer(id, signal)
    } catch (error) {
      // Somebody else's start, such as that of a kubelet that was killed, has not come to its end: the next look shows it.
      if (signal.aborted || isUnderWay(error)) throw error
      const message = wordsOf(error)
      recorder.warning(pod, 'Failed', `Error: ${messageTail(message)}`, container.name)
      throw new StartError({ reason: 'RunContainerError', message: messageTail(message) }, { cause: error })
    }
    recorder.normal(pod, 'Started', 'Container started', container.name)
    return id
  }

  async #create(start: Start, signal: Cancel): Promise<string> {
    const { runtime, recorder, images, sandboxConfig } = this.#options
    const { pod, container, sandboxId } = start
    const sandbox = await sandboxConfig(pod, 0)
    const imageRef = await this.#image(start, sandbox, images, signal)
    checkCancel(signal)
    const config = await this.#config(start, imageRef, signal)
    checkCancel(signal)
    try {
      const id = await runtime.createContainer(sandboxId, config, sandbox, signal)
      recorder.normal(pod, 'Created', 'Container created', container.name)
      return id
    } catch (error) {
      if (signal.aborted) throw error
      const message = messageTail(wordsOf(error))
      recorder.warning(pod, 'Failed', `Error: ${message}`, container.name)
      throw new StartError({ reason: 'CreateContainerError', message }, { cause: error })
    }
  }

  /** Asked of the runtime only for a container that wants to know. */
  async #hasRecursiveReadOnly({ spec }: Pod, { volumeMounts = [] }: Container, signal: Cancel) {
    if (volumeMounts.every(({ recursiveReadOnly = 'Disabled' }) => recursiveReadOnly === 'Disabled'))
      return false
    const { handlers = [] } = await this.#options.runtime.status(signal)
    return handlers.some((one) => one.name === (spec?.runtimeClassName ?? '') && one.hasRecursiveReadOnly)
  }

  async #image(
    { pod, container }: Start,
    sandbox: SandboxConfig,
    images: ImagePuller,
    signal: Cancel,
  ): Promise<string> {
    try {
      return await images.ensure(pod, container, sandbox, signal)
    } catch (error) {
      if (error instanceof StartError) {
        this.#options.recorder.warning(pod, 'Failed', `Error: ${error.problem.reason}`, container.name)
      }
      throw error
    }
  }

  async #config({ pod, container, attempt, ips, targetId }: Start, imageRef: string, signal: Cancel) {
    const { node, volumes, readConfigMap, readSecret, recorder, runtime } = this.#options
    const { profileRoot, seccompDefault, machine, usersOf } = this.#options
    const podIPs = pod.spec?.hostNetwork === true ? node.hostIPs : ips
    const place = { hostIPs: node.hostIPs, podIPs }
    try {
      const image = await runtime.imageStatus(imageRef, signal)
      const fault = image && rootFault(pod, container, image)
      if (fault !== undefined) throw new Error(fault)
      const env = await environment(pod, container, {
        configMap: readConfigMap,
        secret: readSecret,
        place,
        node,
      })
      const made = await volumes.prepare(pod, signal)
      const { folders, run } = volumes
      const { clusterDomain } = node
      const hasRecursiveReadOnly = await this.#hasRecursiveReadOnly(pod, container, signal)
      const given = { folders, run, signal, hasRecursiveReadOnly }
      const sources = { ...given, volumes: made, environment: env, podIPs, clusterDomain }
      const mounts = await this.#options.mounts(pod, container, attempt, sources)
      const users = await usersOf(pod)
      const mapped = users && { uidMappings: [users], gidMappings: [users] }
      return containerConfig(pod, container, attempt, {
        environment: env,
        // What the pod's users write is theirs outside too.
        mounts: mounts.map((one) => ({ ...one, ...mapped }) as typeof one),
        imageRef,
        node,
        security: {
          profileRoot,
          seccompDefault,
          ...(image && { imageUser: image }),
          ...(users && { users }),
          ...(targetId !== undefined && { targetId }),
        },
        machine,
      })
    } catch (error) {
      if (signal.aborted) throw error
      const problem = problemOf(error, 'CreateContainerConfigError')
      recorder.warning(pod, 'Failed', `Error: ${problem.message}`, container.name)
      throw new StartError(problem, { cause: error })
    }
  }
}

/** containerd's answer while another start of the same container is going on. */
const isUnderWay = (error: unknown) =>
  isRuntimeFault(error) && error.message.includes('is already in starting state')

/** Status and events show what the runtime said, without the words of the transport. */
const messageTail = (message: string) => message.replace(/^rpc error: code = \w+ desc = /, '')
