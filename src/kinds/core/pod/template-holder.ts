import { dnsLabelFaults } from '#schema/name-rules'
import type { KubeObject } from '#schema/object'
import type { PodTemplateSpec } from '../../gen/core-v1.ts'
import { templateWarnings } from './template.ts'

function* nameWarnings({ metadata }: KubeObject): Iterable<string> {
  const faults = dnsLabelFaults(metadata.name ?? '')
  if (faults.length === 0) return
  yield `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(' ')}]`
}

/** Whether a write leaves what its author asks for as it was: then nothing is said about it again. */
export const isSameSpec = (next: KubeObject, old: KubeObject | undefined): boolean =>
  old !== undefined && next.metadata.generation === old.metadata.generation

/** What is unwise in an object that makes pods from a template: in the template, and in the name that they get. */
export function* holderWarnings(
  next: KubeObject,
  old: KubeObject | undefined,
  template: PodTemplateSpec | undefined,
  path = 'spec.template',
): Iterable<string> {
  if (!old) yield* nameWarnings(next)
  if (!isSameSpec(next, old)) yield* templateWarnings(template, path)
}

/** Makes the template of a holder what it is in upstream, where it is never absent. */
export function fillTemplate(holder: { template?: PodTemplateSpec }): void {
  const template = (holder.template ??= { metadata: {} })
  template.metadata ??= {}
  template.spec ??= { containers: [] }
}
