import { keyDirectory } from '#apiserver'
import type { KindDef } from '#kinds/define'
import {
  aesCbcSeal,
  aesGcmSeal,
  identitySeal,
  type Seal,
  type SealKey,
  sealedStore,
  Seals,
  secretBoxSeal,
  type Store,
} from '#store'
import { readText } from '../open-store.ts'
import type { ApiServerHost } from '../options.ts'
import {
  type KeyedProvider,
  type Provider,
  readEncryptionConfig,
  type ResourceProviders,
} from './config-file.ts'

const makers: Readonly<Record<KeyedProvider, (key: SealKey) => Seal | Promise<Seal>>> = {
  aescbc: aesCbcSeal,
  aesgcm: aesGcmSeal,
  secretbox: secretBoxSeal,
}

/**
 * The store as an EncryptionConfiguration wants it: what it names is encrypted on the way in.
 * @throws Error for a wrong configuration.
 */
export async function encryptedStore(
  store: Store,
  path: string | undefined,
  { kinds, etcdPrefix }: { readonly kinds: readonly KindDef[]; readonly etcdPrefix: string },
  host: ApiServerHost,
): Promise<Store> {
  const text = await readText(path, host)
  if (path === undefined || text === undefined) return store
  const config = readEncryptionConfig(path, text)
  const seals = await Promise.all(config.map(sealsOfProviders))
  const byDirectory = new Map<string, Seals>()
  for (const kind of kinds) {
    const at = ruleFor(kind, config)
    const found = at === undefined ? undefined : seals[at]
    // A kind that two groups serve goes by the group that has it first.
    const directory = keyDirectory(etcdPrefix, kind)
    if (found !== undefined && !byDirectory.has(directory)) byDirectory.set(directory, found)
  }
  return sealedStore(store, (key) => byDirectory.get(directoryIn(key, byDirectory)), host.log)
}

async function sealsOfProviders({ providers }: ResourceProviders): Promise<Seals> {
  const all = await Promise.all(providers.map(sealsOf))
  return new Seals(all.flat())
}

const sealsOf = async (provider: Provider): Promise<Seal[]> =>
  provider.kind === 'identity'
    ? [identitySeal]
    : Promise.all(provider.keys.map(async (key) => makers[provider.kind](key)))

/** The rule of a kind: one that names it, or else its group, or else everything; the first such one. */
function ruleFor({ plural, group }: KindDef, config: readonly ResourceProviders[]): number | undefined {
  const own = group === '' ? plural : `${plural}.${group}`
  for (const pattern of [own, `*.${group}`, '*.*']) {
    const at = config.findIndex(({ resources }) => resources.includes(pattern))
    if (at >= 0) return at
  }
  return undefined
}

/** The directory of a key, which may be two levels deep. */
function directoryIn(key: string, known: ReadonlyMap<string, unknown>): string {
  for (let end = key.indexOf('/', 1); end >= 0; end = key.indexOf('/', end + 1)) {
    const directory = key.slice(0, end + 1)
    if (known.has(directory)) return directory
  }
  return ''
}
