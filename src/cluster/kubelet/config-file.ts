import { FlagError, parseFlags } from '#base/flags'
import { defaultThresholds } from '#kubelet'
import type { Files } from '../apiserver/options.ts'
import {
  emptyConfiguration,
  mergeDropIn,
  readConfiguration,
  type ReadConfiguration,
} from './configuration/read-configuration.ts'
import { judge } from './configuration/validation.ts'
import { kubeletFlags } from './flags.ts'

/** What a configuration asks for and does not get. */
export interface ConfigurationWarning {
  readonly message: string
  readonly why: string
}

/** What configuration files are read from. */
export interface ConfigurationFiles extends Pick<Files, 'read'> {
  /** The files below a folder, in the order of their names. @throws where it cannot be read */
  list(folder: string): Promise<readonly string[]>
}

/**
 * Reads a command line together with the files that its --config and --config-dir name: what the files say holds where no
 * flag says otherwise, and of two files the later one. `warnings` is what they ask for and do not get.
 * @throws FlagError naming what is wrong.
 */
export async function parseKubeletFlags(argv: readonly string[], files: ConfigurationFiles) {
  const parsed = parseFlags(kubeletFlags, argv)
  const { config, configDir, help, version } = parsed.values
  if ((config === '' && configDir === '') || help || version)
    return { ...parsed, warnings: [] as ConfigurationWarning[] }
  const base = config === '' ? emptyConfiguration : await load(config, files)
  const whole = configDir === '' ? base : await withDropIns(base, configDir, files)
  const { flags, faults, notes } = judge(whole.object)
  if (faults.length > 0) throw new FlagError(refusal(faults))
  const own = flags.map(([name, value]) => (name === 'eviction-hard' ? merged(value, whole) : [name, value]))
  const said = own.filter(([name]) => !parsed.given.has(name as string))
  const both = parseFlags(kubeletFlags, [...said.map(([name, value]) => `--${name}=${value}`), ...argv])
  return { ...both, warnings: [...lenient(whole.strict), ...notes.map(notDone)] }
}

const refusal = (faults: readonly string[]) => {
  const all = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
  return `failed to validate kubelet configuration, error: ${all}`
}

/** Upstream decodes again without strictness, and says so. */
const lenient = (strict: readonly string[]): ConfigurationWarning[] =>
  strict.length === 0
    ? []
    : [
        {
          message: 'Using lenient decoding as strict decoding failed',
          why: `strict decoding error: ${strict.join(', ')}`,
        },
      ]

const notDone = (why: string): ConfigurationWarning => ({
  message: 'The configuration asks for what is not done',
  why,
})

function merged(value: string, { object }: ReadConfiguration): [string, string] {
  if (object.mergeDefaultEvictionSettings !== true) return ['eviction-hard', value]
  const said = object.evictionHard as Record<string, string>
  const all = Object.entries({ ...defaultThresholds, ...said })
  return ['eviction-hard', all.map(([signal, amount]) => `${signal}<${amount}`).join(',')]
}

async function load(path: string, files: ConfigurationFiles): Promise<ReadConfiguration> {
  try {
    return readConfiguration(await textOf(path, files), path)
  } catch (error) {
    const why = `failed to load Kubelet config file ${path}, error ${(error as Error).message}`
    throw new FlagError(`failed to load kubelet config file, path: ${path}, error: ${why}`, { cause: error })
  }
}

async function textOf(path: string, files: ConfigurationFiles): Promise<string> {
  const bytes = await files.read(path)
  if (!bytes)
    throw new Error(
      `failed to read kubelet config file ${JSON.stringify(path)}, error: open ${path}: no such file or directory`,
    )
  return Buffer.from(bytes).toString()
}

async function withDropIns(
  base: ReadConfiguration,
  folder: string,
  files: ConfigurationFiles,
): Promise<ReadConfiguration> {
  let whole = base
  try {
    for (const path of await files.list(folder)) {
      if (path.endsWith('.conf')) whole = mergeDropIn(whole, await textOf(path, files), path)
    }
  } catch (error) {
    const why = `failed to walk through kubelet dropin directory ${JSON.stringify(folder)}: ${(error as Error).message}`
    throw new FlagError(`failed to merge kubelet configs: ${why}`, { cause: error })
  }
  return whole
}
