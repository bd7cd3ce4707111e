import type { LimitRange, LimitRangeItem, Namespace, ResourceQuota } from '#kinds/gen/core-v1'
import { sortedEntries, writeAnnotations, writeMap } from './metadata.ts'
import { Page } from './page.ts'

/** What limits a namespace; undefined where the server does not tell. */
export interface NamespaceLimits {
  readonly quotas: readonly ResourceQuota[] | undefined
  readonly ranges: readonly LimitRange[] | undefined
}

/** A Namespace with its phase, its quotas and its limits. */
export function describeNamespace({ metadata, status }: Namespace, limits: NamespaceLimits): string {
  const page = new Page()
  page.line(0, `Name:\t${metadata.name}`)
  writeMap(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, `Status:\t${status?.phase ?? ''}`)
  if (status?.conditions?.length) {
    page.raw('Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n')
    page.line(1, '----\t------\t------------------\t------\t-------')
    for (const { type, status: is, lastTransitionTime, reason = '', message = '' } of status.conditions)
      page.line(1, `${type}\t${is}\t${lastTransitionTime ?? ''}\t${reason}\t${message}`)
  }
  if (limits.quotas) writeQuotas(page, limits.quotas)
  if (limits.ranges) writeRanges(page, limits.ranges)
  return page.toString()
}

/** What scopes of quotas mean, in upstream's words. */
const scopeWords: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

function writeQuotas(page: Page, quotas: readonly ResourceQuota[]): void {
  page.line(0, '')
  page.line(0, quotas.length === 0 ? 'No resource quota.' : 'Resource Quotas')
  for (const { metadata, spec, status } of quotas) {
    page.line(1, `Name:\t${metadata.name}`)
    const scopes = spec?.scopes ?? []
    if (scopes.length > 0) page.line(1, `Scopes:\t${scopes.join(', ')}`)
    for (const scope of scopes) if (scopeWords[scope]) page.line(1, `* ${scopeWords[scope]}`)
    page.line(1, 'Resource\tUsed\tHard')
    page.line(1, '--------\t---\t---')
    for (const [name, hard] of sortedEntries(status?.hard)) {
      page.line(1, `${name}\t${status?.used?.[name] ?? '0'}\t${hard}`)
    }
  }
}

const rangeHead = [
  'Resource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio',
  ' ----\t--------\t---\t---\t---------------\t-------------\t-----------------------',
]

function writeRanges(page: Page, ranges: readonly LimitRange[]): void {
  page.line(0, '')
  if (ranges.length === 0) page.line(0, 'No LimitRange resource.')
  else for (const row of rangeHead) page.line(0, row)
  for (const { spec } of ranges) for (const item of spec?.limits ?? []) writeLimits(page, item)
}

function writeLimits(page: Page, item: LimitRangeItem): void {
  const columns = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio]
  const names = new Set(columns.flatMap((values) => Object.keys(values ?? {})))
  for (const name of [...names].sort((a, b) => (a < b ? -1 : 1))) {
    const cells = columns.map((values) => values?.[name] ?? '-')
    page.line(0, ` ${[item.type, name, ...cells].join('\t')}`)
  }
}
