import { humanDuration } from '#base/human-duration'
import { type Quantity, addQuantity, compareQuantity, formatQuantity, parseQuantity } from '#base/quantity'
import type { Container, Pod } from '#kinds/gen/core-v1'
import type { Page } from './page.ts'

type Amounts = Readonly<Record<string, string>>
type Which = 'requests' | 'limits'

const zero = parseQuantity('0') as Quantity
const quantity = (text: string | undefined) => parseQuantity(text ?? '0') ?? zero

/** The pods of a node with what they ask for, and the sums. */
export function writeNodePods(page: Page, pods: readonly Pod[], allocatable: Amounts, now: number): void {
  page.line(0, `Non-terminated Pods:\t(${pods.length} in total)`)
  page.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  page.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  for (const pod of pods) page.line(1, podRow(pod, allocatable, now))
  page.raw('Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  page.line(1, 'Resource\tRequests\tLimits')
  page.line(1, '--------\t--------\t------')
  for (const name of shownResources(allocatable)) {
    const sums = (['requests', 'limits'] as const).map((which) =>
      withShare(pods.map((pod) => podAmount(pod, which, name)).reduce(addQuantity, zero), allocatable[name]),
    )
    page.line(1, [name, ...sums].join('\t'))
  }
}

function podRow(pod: Pod, allocatable: Amounts, now: number): string {
  const { name = '', namespace = '', creationTimestamp } = pod.metadata ?? {}
  const cells = ['cpu', 'memory'].flatMap((resource) =>
    (['requests', 'limits'] as const).map((which) =>
      withShare(podAmount(pod, which, resource), allocatable[resource]),
    ),
  )
  const age = creationTimestamp ? humanDuration(now - Date.parse(creationTimestamp)) : '<unknown>'
  return [namespace, name, '', ...cells, age].join('\t')
}

function shownResources(allocatable: Amounts): string[] {
  const huge = Object.keys(allocatable).filter((name) => name.startsWith('hugepages-'))
  return ['cpu', 'memory', 'ephemeral-storage', ...huge.sort((a, b) => (a < b ? -1 : 1))]
}

/** `250m (12%)` of what there is. */
function withShare(amount: Quantity, whole: string | undefined): string {
  const all = quantity(whole)
  const percent = all.nano === 0n ? 0n : (amount.nano * 100n) / all.nano
  return `${formatQuantity(amount)} (${percent}%)`
}

/** What a pod takes: its containers together or its largest init container; sidecars count with both. */
function podAmount({ spec }: Pod, which: Which, name: string): Quantity {
  const of = (container: Container) => quantity(container.resources?.[which]?.[name])
  const inits = spec?.initContainers ?? []
  const sidecars = inits.filter(({ restartPolicy }) => restartPolicy === 'Always')
  const always = sidecars.map(of).reduce(addQuantity, zero)
  const running = (spec?.containers ?? []).map(of).reduce(addQuantity, always)
  const starting = inits.filter((one) => !sidecars.includes(one)).map(of)
  const most = starting.reduce((a, b) => (compareQuantity(a, b) > 0 ? a : b), zero)
  const sum = compareQuantity(most, running) > 0 ? most : running
  return spec?.overhead?.[name] === undefined ? sum : addQuantity(sum, quantity(spec.overhead[name]))
}
