import { dirname, isAbsolute, join } from 'node:path'
import { type EventLimit, parseYaml, type PodSecuritySettings } from '#apiserver'
import { duplicate, type FieldError, invalid, notSupported } from '#base/field-error'
import { eventLimitErrors, eventLimits } from './event-limit-config.ts'
import { type Members, unknownFields } from './members.ts'
import { podSecurityErrors, podSecuritySettings } from './pod-security-config.ts'

/** What --admission-control-config-file says of the plugins. */
export interface AdmissionConfig {
  readonly podSecurity?: PodSecuritySettings
  readonly eventLimits?: readonly EventLimit[]
}

/** Gives a file's text. @throws Error when it cannot be read. */
export type ReadText = (path: string) => Promise<string>

const version = 'apiserver.config.k8s.io/v1'

/** How a plugin's own configuration is read. */
interface Configurable {
  readonly errors: (config: Members) => Iterable<FieldError>
  readonly settings: (config: Members) => AdmissionConfig
}

const plugins: Readonly<Record<string, Configurable>> = {
  EventRateLimit: { errors: eventLimitErrors, settings: (own) => ({ eventLimits: eventLimits(own) }) },
  PodSecurity: {
    errors: podSecurityErrors,
    settings: (own) => ({ podSecurity: podSecuritySettings(own) }),
  },
}
const configurable = Object.keys(plugins)

/** Reads an AdmissionConfiguration and the files that it names. @throws Error with everything that is wrong with it. */
export async function readAdmissionConfig(path: string, read: ReadText): Promise<AdmissionConfig> {
  const fail = (errors: readonly FieldError[]) => {
    const texts = errors.map((error) => `${error.path}: ${error.body}`)
    throw new Error(
      `failed to load AdmissionConfiguration from file ${JSON.stringify(path)}: ${texts.join(', ')}`,
    )
  }
  const config = mapping(await read(path))
  const errors = [...configErrors(config)]
  if (errors.length > 0) fail(errors)
  let settings: AdmissionConfig = {}
  for (const plugin of (config['plugins'] ?? []) as Members[]) {
    const own = await configurationOf(plugin, path, read)
    const { errors: errorsOf, settings: settingsOf } = plugins[plugin['name'] as string] as Configurable
    if (own === undefined) continue
    const faults = [...errorsOf(own)]
    if (faults.length > 0) fail(faults)
    settings = { ...settings, ...settingsOf(own) }
  }
  return settings
}

const mapping = (text: string) => (parseYaml(text) ?? {}) as Members

function* configErrors(config: Members): Iterable<FieldError> {
  if (config['kind'] !== 'AdmissionConfiguration' || config['apiVersion'] !== version)
    yield invalid('kind', config['kind'], `it is no AdmissionConfiguration of ${version}`)
  yield* unknownFields(config, ['kind', 'apiVersion', 'plugins'], '')
  const names: unknown[] = []
  for (const [i, plugin] of ((config['plugins'] ?? []) as Members[]).entries()) {
    const { name } = plugin
    yield* unknownFields(plugin, ['name', 'path', 'configuration'], `plugins[${i}]`)
    if (!configurable.includes(name as string)) yield notSupported(`plugins[${i}].name`, name, configurable)
    if (names.includes(name)) yield duplicate(`plugins[${i}].name`, name as string)
    names.push(name)
  }
}

/** A plugin's own configuration: in place, or in a file beside the one that names it. */
async function configurationOf(
  { configuration, path }: Members,
  from: string,
  read: ReadText,
): Promise<Members | undefined> {
  if (typeof path !== 'string' || path === '') return configuration as Members | undefined
  return mapping(await read(isAbsolute(path) ? path : join(dirname(from), path)))
}
