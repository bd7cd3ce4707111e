import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Cancel } from '#base/cancel'
import { timeOf } from '#base/time'
import type { Pod } from '#kinds/gen/core-v1'
import type { CSIDriver, VolumeAttachment } from '#kinds/gen/storage-v1'
import { Serial } from '../../images/serial.ts'
import { wordsOf } from '../../pod/problem.ts'
import type { AccountTokens } from '../account-tokens.ts'
import { giveToPod } from '../claims/local-volume.ts'
import { isMountPoint } from '../mounts.ts'
import type { VolumeUsage } from '../../contract.ts'
import { VolumeError } from '../payload.ts'
import type { MadeVolume } from '../volume.ts'
import { capability, type CsiDriver } from './csi-driver.ts'
import { attachmentName, type CsiFolders, type Published } from './csi-folders.ts'
import {
  type CsiSource,
  isGivenByUs,
  lifecycleFault,
  podContext,
  tokensKey,
  volumeCapability,
} from './csi-wish.ts'
import type { PluginRegistry } from './plugin-registry.ts'

/** What volumes of drivers are made with. */
export interface CsiVolumesOptions {
  readonly folders: CsiFolders
  readonly registry: Pick<PluginRegistry, 'find'>
  readonly tokens: Pick<AccountTokens, 'for'>
  readonly nodeName: string
  /** The object that says how a driver wants to be treated; undefined where there is none. */
  readonly driverObject: (name: string) => Promise<CSIDriver | undefined>
  readonly attachment: (name: string) => Promise<VolumeAttachment>
  readonly secret: (namespace: string, name: string) => Promise<{ readonly data?: Record<string, string> }>
}

interface Wish {
  readonly pod: Pod
  readonly uid: string
  readonly source: CsiSource
  readonly signal: Cancel
}

/** Everything that was found out for a wish. */
interface Means extends Wish {
  readonly driver: CsiDriver
  readonly object: CSIDriver | undefined
  readonly able: ReadonlySet<number>
  readonly publishContext: Record<string, string>
  readonly folder: string
}

/** Volumes by drivers: staged once for the node, published once for each pod, and both taken back. */
export class CsiVolumes {
  readonly #options: CsiVolumesOptions
  /** One thing at a time for each volume: what is about to be staged is not taken back. */
  readonly #turns = new Map<string, Serial>()
  /** No pod has them any more, but the node still does. */
  readonly #leaving = new Set<string>()
  /** By driver: whether its volumes are attached before they are made. */
  readonly #attaches = new Map<string, boolean>()

  constructor(options: CsiVolumesOptions) {
    this.#options = options
  }

  /** Stages and publishes a volume, unless that is done. @throws VolumeError in the driver's words */
  async make(wish: Wish): Promise<MadeVolume> {
    const means = await this.#means(wish)
    const { source, folder, object } = means
    await this.#inTurn(source.driver, source.handle, async () => {
      // Noted first: what a kubelet that dies in between leaves is found by the next one.
      await this.#options.folders.note(folder, this.#noteOf(source))
      if (means.able.has(capability.stage) && source.lifecycle === 'Persistent') await this.#stage(means)
    })
    await this.#publish(means)
    const isRefreshed = object?.spec?.requiresRepublish === true
    const usage = means.able.has(capability.stats) ? (of: Cancel) => this.#usage(means, of) : undefined
    return {
      path: join(folder, 'mount'),
      readOnly: source.readOnly,
      ...(isRefreshed && { isRefreshed }),
      ...(usage && { usage }),
    }
  }

  /** Attached volumes that must stay so, by upstream's names for them; known after a restart too. */
  async inUse(): Promise<string[]> {
    const noted = (await this.#options.folders.all()).filter(
      (one) => one.volumeLifecycleMode === 'Persistent',
    )
    const own = await Promise.all(
      noted.map(async ({ driverName, volumeHandle }) =>
        (await this.#isAttached(driverName)) ? [uniqueName(driverName, volumeHandle)] : [],
      ),
    )
    return [...new Set([...own.flat(), ...this.#leaving])].sort()
  }

  /** A driver of which nothing can be known now counts as one whose volumes are attached: nothing is lost by that. */
  async #isAttached(driver: string): Promise<boolean> {
    const known = this.#attaches.get(driver)
    if (known !== undefined) return known
    try {
      return this.#learn(driver, await this.#options.driverObject(driver))
    } catch {
      return true
    }
  }

  #learn(driver: string, object: CSIDriver | undefined): boolean {
    const isAttached = object?.spec?.attachRequired !== false
    this.#attaches.set(driver, isAttached)
    return isAttached
  }

  async #usage({ source, folder }: Means, signal: Cancel): Promise<VolumeUsage> {
    const staged = source.lifecycle === 'Persistent' ? this.#staging(source) : ''
    const request = { volumeId: source.handle, volumePath: join(folder, 'mount'), stagingTargetPath: staged }
    // Asked for anew: the driver may have come back at another place since.
    const driver = this.#driver(source.driver, 'NodeGetVolumeStats failed to get CSI client')
    const told = await said('MetricsVolume.Get', driver.usage(request, signal))
    const of = (unit: string) => told.find((one) => one.unit === unit) ?? { available: 0, total: 0, used: 0 }
    const [bytes, inodes] = [of('bytes'), of('inodes')]
    return {
      usedBytes: bytes.used,
      availableBytes: bytes.available,
      capacityBytes: bytes.total,
      inodesUsed: inodes.used,
      inodes: inodes.total,
      inodesFree: inodes.available,
    }
  }

  #staging({ driver, handle }: CsiSource): string {
    return this.#options.folders.staging(driver, handle)
  }

  /** Takes back what was published for a pod, and what was staged for it alone. @throws VolumeError */
  async release(uid: string, signal: Cancel): Promise<void> {
    for (const one of await this.#options.folders.of(uid)) await this.#releaseOne(one, signal)
  }

  async #means(wish: Wish): Promise<Means> {
    const { source, signal, uid } = wish
    const object = await this.#options.driverObject(source.driver)
    this.#learn(source.driver, object)
    const fault = lifecycleFault(source, object)
    if (fault !== undefined) throw new VolumeError(fault)
    const driver = this.#driver(source.driver, 'mounter.SetUpAt failed to get CSI client')
    const able = await said('MountVolume.SetUp', driver.capabilities(signal))
    const publishContext = await this.#attachedAs(source, object)
    const folder = this.#options.folders.published(uid, source.name)
    return { ...wish, driver, object, able, publishContext, folder }
  }

  #driver(name: string, where: string): CsiDriver {
    const found = this.#options.registry.find(name)
    if (found) return found.driver
    throw new VolumeError(
      `kubernetes.io/csi: ${where}: driver name ${name} not found in the list of registered CSI drivers`,
    )
  }

  /** What the attacher left for the node; a volume that must be attached first is waited for. */
  async #attachedAs(source: CsiSource, object: CSIDriver | undefined): Promise<Record<string, string>> {
    if (source.lifecycle === 'Ephemeral' || object?.spec?.attachRequired === false) return {}
    const name = attachmentName(source.handle, source.driver, this.#options.nodeName)
    const { status } = await this.#options.attachment(name)
    if (status?.attached === true) return status.attachmentMetadata ?? {}
    const why = status?.attachError?.message ?? 'it is not attached yet'
    throw new VolumeError(`volume attachment ${name}: ${why}`, { step: 'MountVolume.WaitForAttach' })
  }

  #noteOf({ name, handle, driver, lifecycle }: CsiSource) {
    const { nodeName } = this.#options
    return {
      specVolID: name,
      volumeHandle: handle,
      driverName: driver,
      nodeName,
      attachmentID: attachmentName(handle, driver, nodeName),
      volumeLifecycleMode: lifecycle,
    }
  }

  async #stage({ source, driver, able, publishContext, pod, signal }: Means): Promise<void> {
    const path = this.#staging(source)
    await mkdir(path, { recursive: true, mode: 0o750 })
    const group = pod.spec?.securityContext?.fsGroup
    const request = {
      volumeId: source.handle,
      publishContext,
      stagingTargetPath: path,
      volumeCapability: volumeCapability(source, able, group),
      secrets: await this.#secrets(source.stageSecret),
      volumeContext: { ...source.attributes },
    }
    await said('MountVolume.MountDevice', driver.stage(request, signal))
  }

  async #publish(means: Means): Promise<void> {
    const { source, driver, able, object, publishContext, pod, folder, signal } = means
    const target = join(folder, 'mount')
    if ((await isMountPoint(target)) && object?.spec?.requiresRepublish !== true) return
    // The driver makes the last folder itself.
    await mkdir(dirname(target), { recursive: true, mode: 0o750 })
    const isStaged = able.has(capability.stage) && source.lifecycle === 'Persistent'
    const group = pod.spec?.securityContext?.fsGroup
    const request = {
      volumeId: source.handle,
      publishContext,
      stagingTargetPath: isStaged ? this.#staging(source) : '',
      targetPath: target,
      volumeCapability: volumeCapability(source, able, group),
      readonly: source.readOnly,
      secrets: await this.#secrets(source.publishSecret),
      volumeContext: {
        ...source.attributes,
        ...podContext(pod, source, object),
        ...(await this.#tokens(pod, object)),
      },
    }
    await said('MountVolume.SetUp', driver.publish(request, signal))
    if ((await stat(target).catch(() => undefined)) === undefined)
      throw new VolumeError(`driver ${source.driver} published nothing at the target path`)
    if (isGivenByUs(source, object, able)) await giveToPod(pod, target, source.readOnly)
  }

  async #tokens(pod: Pod, object: CSIDriver | undefined): Promise<Record<string, string>> {
    const wishes = object?.spec?.tokenRequests ?? []
    if (wishes.length === 0) return {}
    const tokens: Record<string, object> = {}
    for (const { audience, expirationSeconds = 3600 } of wishes) {
      const audiences = audience === '' ? [] : [audience]
      const { token, expiresAt } = await this.#options.tokens.for(pod, { audiences, expirationSeconds })
      tokens[audience] = { token, expirationTimestamp: timeOf(expiresAt) }
    }
    return { [tokensKey]: JSON.stringify(tokens) }
  }

  async #secrets(ref: CsiSource['stageSecret']): Promise<Record<string, string>> {
    if (ref?.name === undefined || ref.name === '') return {}
    const { data = {} } = await this.#options.secret(ref.namespace ?? '', ref.name)
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    )
  }

  async #releaseOne({ folder, driverName, volumeHandle, volumeLifecycleMode }: Published, signal: Cancel) {
    const { folders } = this.#options
    const driver = this.#driver(driverName, 'Unmounter.TearDownAt failed to get CSI client')
    const target = join(folder, 'mount')
    await said('UnmountVolume.TearDown', driver.unpublish(volumeHandle, target, signal))
    if (await isMountPoint(target)) throw new VolumeError(`driver ${driverName} left ${target} mounted`)
    const name = uniqueName(driverName, volumeHandle)
    const isKept = volumeLifecycleMode === 'Persistent' && (await this.#isAttached(driverName))
    if (isKept) this.#leaving.add(name)
    await folders.forget(folder)
    if (volumeLifecycleMode === 'Ephemeral') return
    const path = folders.staging(driverName, volumeHandle)
    await this.#inTurn(driverName, volumeHandle, async () => {
      const isStaged = (await stat(path).catch(() => undefined)) !== undefined
      if (!isStaged || (await folders.isUsed(driverName, volumeHandle)))
        return void this.#leaving.delete(name)
      await said('UnmountVolume.UnmountDevice', driver.unstage(volumeHandle, path, signal))
      await folders.forgetStaging(path)
      this.#leaving.delete(name)
    })
  }

  #inTurn(driver: string, handle: string, task: () => Promise<void>): Promise<void> {
    const key = JSON.stringify([driver, handle])
    const turns = this.#turns.get(key) ?? new Serial()
    this.#turns.set(key, turns)
    return turns.run(task)
  }
}

const uniqueName = (driver: string, handle: string) => `kubernetes.io/csi/${driver}^${handle}`

/** What a driver gives; what it complains of is told in the words of upstream's client. */
async function said<T>(step: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw new VolumeError(wordsOf(error), { step, cause: error })
  }
}
