import { parseQuantity, type Quantity } from '#base/quantity'
import type { EnvVar, EnvVarSource, Pod } from '#kinds/gen/core-v1'
import type { AnyContainer } from './containers.ts'
import type { Page } from './page.ts'

/** The environment of a container, as far as it can be told without the node. */
export function writeEnvironment(page: Page, container: AnyContainer, pod: Pod): void {
  const { env = [], envFrom = [] } = container
  if (envFrom.length > 0) page.line(2, 'Environment Variables from:')
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const ref = configMapRef ?? secretRef
    const from = configMapRef ? 'ConfigMap' : 'Secret'
    const shown = prefix ? `${from} with prefix '${prefix}'` : from
    page.line(3, `${ref?.name ?? ''}\t${shown}\tOptional: ${ref?.optional === true}`)
  }
  page.line(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`)
  for (const variable of env) writeVariable(page, variable, container, pod)
}

function writeVariable(
  page: Page,
  { name, value = '', valueFrom }: EnvVar,
  container: AnyContainer,
  pod: Pod,
): void {
  if (valueFrom) {
    page.line(3, `${name}:\t${sourceText(valueFrom, container, pod)}`)
    return
  }
  const [first = '', ...rest] = value.split('\n')
  page.line(3, `${name}:\t${first}`)
  for (const line of rest) page.line(3, `\t${line}`)
}

function sourceText(source: EnvVarSource, container: AnyContainer, pod: Pod): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = source
  if (fieldRef) return `${fieldText(fieldRef.fieldPath, pod)} (${fieldRef.apiVersion}:${fieldRef.fieldPath})`
  if (resourceFieldRef) {
    const { resource, divisor } = resourceFieldRef
    return `${amountText(resource, divisor, container)} (${resource})`
  }
  if (secretKeyRef)
    return `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional === true}`
  if (configMapKeyRef)
    return `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>\tOptional: ${configMapKeyRef.optional === true}`
  return ''
}

/** What is known without the node: the pod's metadata. */
function fieldText(path: string, { metadata }: Pod): string {
  const { name = '', namespace = '', uid = '', labels = {}, annotations = {} } = metadata
  const plain: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
  }
  const [, kind, key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  if (kind !== undefined) return (kind === 'labels' ? labels : annotations)[key] ?? ''
  return plain[path] ?? ''
}

/** A limit or request in units of the divisor, rounded up. */
function amountText(resource: string, divisor: string | undefined, { resources = {} }: AnyContainer): string {
  const [list = '', name = ''] = resource.split('.')
  const amounts = list === 'limits' ? resources.limits : resources.requests
  const unit = parseQuantity(divisor === undefined || divisor === '0' ? '1' : divisor)
  const amount = parseQuantity(amounts?.[name] ?? '0')
  return unit && amount ? String(dividedUp(amount, unit)) : ''
}

const dividedUp = ({ nano: a }: Quantity, { nano: b }: Quantity) => (a + b - 1n) / b
