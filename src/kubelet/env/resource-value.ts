import { parseQuantity, quantityMilliValue, quantityValue } from '#base/quantity'
import type { Container, Pod, ResourceFieldSelector } from '#kinds/gen/core-v1'
import type { NodeFacts } from '../contract.ts'

/** Containers of all sorts, by name. */
export const containerNamed = ({ spec }: Pod, name: string): Container | undefined =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((one) => one.name === name)

/** What `limits.cpu` and the like say of a container, divided and rounded up; a missing limit is the node's capacity. */
export function resourceValue(
  container: Container,
  { resource, divisor }: ResourceFieldSelector,
  capacity: NodeFacts['capacity'],
): string | undefined {
  const [list, ...rest] = resource.split('.')
  if (list !== 'limits' && list !== 'requests') return undefined
  const name = rest.join('.')
  const { limits, requests } = container.resources ?? {}
  const text = list === 'limits' ? limits?.[name] : (requests?.[name] ?? limits?.[name])
  const isCpu = name === 'cpu'
  const quantity = text === undefined ? undefined : parseQuantity(text)
  const measure = isCpu ? quantityMilliValue : quantityValue
  const missing =
    list === 'limits' ? (isCpu ? capacity.cpuMilli : name === 'memory' ? capacity.memoryBytes : 0) : 0
  const amount = quantity === undefined ? missing : measure(quantity)
  const by = parseQuantity(divisor === undefined || divisor === '0' ? '1' : divisor)
  return by === undefined ? undefined : String(Math.ceil(amount / measure(by)))
}
