import { join } from 'node:path'
import { type Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'
import { isApiError } from '#base/errors'
import type { Log } from '#base/log'
import type { Client, ResourceName } from '#client'
import type { CSIDriver, VolumeAttachment } from '#kinds/gen/storage-v1'
import type { KubeObject } from '#schema/object'
import type { AccountTokens } from '../account-tokens.ts'
import type { FileSources } from '../api-files.ts'
import { PodFolders } from '../folders.ts'
import { CsiFolders } from './csi-folders.ts'
import { tellDrivers } from './csi-node.ts'
import { CsiVolumes } from './csi-volumes.ts'
import { PluginRegistry } from './plugin-registry.ts'

/** What the node side of CSI is made with. */
export interface CsiOptions {
  readonly rootDir: string
  readonly client: Client | undefined
  readonly nodeName: string
  readonly clock: Clock
  readonly log: Log
  readonly tokens: AccountTokens
  readonly secret: FileSources['secret']
  readonly signal: Cancel
}

/** The drivers of a node and the volumes that they make. */
export interface Csi {
  readonly registry: PluginRegistry
  readonly volumes: CsiVolumes
}

const resource = (plural: string): ResourceName => ({
  group: 'storage.k8s.io',
  version: 'v1',
  plural,
  namespaced: false,
})

/** The node side of CSI, which knows no driver until its registry runs. */
export function createCsi(options: CsiOptions): Csi {
  const { rootDir, client, nodeName, clock, log, tokens, secret, signal } = options
  const registry = new PluginRegistry({
    folder: join(rootDir, 'plugins_registry'),
    clock,
    log,
    changed: async (drivers) => {
      if (client) await tellDrivers(client, nodeName, drivers, signal)
    },
  })
  const get = async <T extends KubeObject>(plural: string, name: string): Promise<T> => {
    if (client === undefined) throw new Error(`no API server to read ${plural} ${JSON.stringify(name)} from`)
    return await client.get<T>(resource(plural), name, {}, signal)
  }
  const driverObject = (name: string) =>
    get<CSIDriver>('csidrivers', name).catch((error: unknown) => {
      if (isApiError(error, 'NotFound')) return undefined
      throw error
    })
  const attachment = (name: string) => get<VolumeAttachment>('volumeattachments', name)
  const folders = new CsiFolders(new PodFolders(rootDir))
  const volumes = new CsiVolumes({ folders, registry, tokens, nodeName, driverObject, attachment, secret })
  return { registry, volumes }
}
