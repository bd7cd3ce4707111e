import { join } from 'node:path'
import { never } from '#base/cancel'
import { sleep } from '#base/clock'
import { openMemoryStore, type Store } from '#store'
import type { ApiServerHost, StoreChoice } from './options.ts'

/** Opens the store that was chosen; the engine's code is loaded only when it is used. */
export async function openStore(choice: StoreChoice, host: ApiServerHost): Promise<Store> {
  switch (choice.kind) {
    case 'given':
      return choice.store
    case 'memory':
      return openMemoryStore({ clock: host.clock })
    case 'embedded':
      return openEmbedded(choice.folder, host)
    case 'etcd':
      return openEtcd(choice, host)
  }
}

/** The embedded database's file in its folder. */
export const databaseFile = (folder: string) => join(folder, 'store.db')

async function openEmbedded(folder: string, host: ApiServerHost): Promise<Store> {
  const { openSqliteStore } = await import('#store')
  return openSqliteStore({ path: databaseFile(folder), clock: host.clock, log: host.log })
}

async function openEtcd(choice: Extract<StoreChoice, { kind: 'etcd' }>, host: ApiServerHost): Promise<Store> {
  const { openEtcdStore } = await import('#store')
  const [ca, certificate, key] = await Promise.all(
    [choice.caFile, choice.certFile, choice.keyFile].map((path) => readText(path, host)),
  )
  return openEtcdStore({
    endpoints: choice.servers,
    clock: host.clock,
    log: host.log,
    ...(ca !== undefined && {
      tls: { ca, ...(certificate !== undefined && key !== undefined && { certificate, key }) },
    }),
  })
}

/** The text of a file that was named; undefined when none was. @throws Error when it is not there. */
export async function readText(path: string | undefined, host: ApiServerHost): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined
  const bytes = await host.files.read(path)
  if (bytes === undefined) throw new Error(`open ${path}: no such file or directory`)
  return Buffer.from(bytes).toString()
}

/** Waits until the store answers, telling the log why it does not. @throws the signal's reason. */
export async function untilReachable(store: Store, host: ApiServerHost): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.health()
      return
    } catch (error) {
      const waitMs = Math.min(250 * 2 ** Math.min(attempt, 5), 5_000)
      host.log.warn('The store cannot be reached, trying again', { err: error, attempt, waitMs })
      await sleep(host.clock, waitMs, host.signal ?? never)
    }
  }
}
