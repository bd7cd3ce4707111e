import { type EventLimit, eventLimitTypes } from '#apiserver'
import { type FieldError, invalid, notSupported } from '#base/field-error'
import { type Members, unknownFields } from './members.ts'

const version = 'eventratelimit.admission.k8s.io/v1alpha1'

const limitsOf = (config: Members) => (config['limits'] ?? []) as Members[]

/** Everything wrong with the Configuration of EventRateLimit. */
export function* eventLimitErrors(config: Members): Iterable<FieldError> {
  if (config['kind'] !== 'Configuration' || config['apiVersion'] !== version)
    yield invalid('kind', config['kind'], `it is no Configuration of ${version}`)
  yield* unknownFields(config, ['kind', 'apiVersion', 'limits'], '')
  const limits = limitsOf(config)
  if (!Array.isArray(limits) || limits.length === 0) yield invalid('limits', limits, 'must not be empty')
  else for (const [i, limit] of limits.entries()) yield* limitErrors(limit ?? {}, `limits[${i}]`)
}

function* limitErrors(limit: Members, path: string): Iterable<FieldError> {
  yield* unknownFields(limit, ['type', 'qps', 'burst', 'cacheSize'], path)
  const { type, burst = 0, qps = 0, cacheSize = 0 } = limit
  if (!eventLimitTypes.some((one) => one === type)) yield notSupported(`${path}.type`, type, eventLimitTypes)
  if (!isCount(burst) || burst === 0) yield invalid(`${path}.burst`, burst, 'must be positive')
  if (!isCount(qps) || qps === 0) yield invalid(`${path}.qps`, qps, 'must be positive')
  if (!isCount(cacheSize)) yield invalid(`${path}.cacheSize`, cacheSize, 'must not be negative')
}

const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0

/** What a Configuration without errors says. */
export const eventLimits = (config: Members): readonly EventLimit[] =>
  limitsOf(config) as unknown as EventLimit[]
