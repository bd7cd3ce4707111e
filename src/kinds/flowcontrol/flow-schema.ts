import { type FieldError, invalid, notSupported, required } from '#base/field-error'
import { equal } from '#schema/equal'
import { subdomainFaults } from '#schema/name-rules'
import { type Cell, defineKind, type Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { FlowSchema as FlowSchemaObject, FlowSchemaSpec } from '../gen/flowcontrol-v1.ts'
import { resources } from '../gen/resources.ts'
import { internalForm } from '../internal-form.ts'
import { specStatus } from '../spec-status.ts'
import { flowConditionErrors } from './flow-condition-errors.ts'
import { flowRuleErrors } from './flow-rule-errors.ts'
import { mandatoryFlows } from './mandatory.ts'

const methods = ['ByNamespace', 'ByUser']
const precedenceMax = 10_000

function* precedenceErrors(name: string, precedence: number): Iterable<FieldError> {
  const path = 'spec.matchingPrecedence'
  if (precedence <= 0) yield invalid(path, precedence, 'must be a positive value')
  if (precedence > precedenceMax) yield invalid(path, precedence, `must not be greater than ${precedenceMax}`)
  if (precedence === 1 && name !== 'exempt') {
    yield invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
  }
}

function* specErrors(name: string, spec: FlowSchemaSpec): Iterable<FieldError> {
  yield* precedenceErrors(name, spec.matchingPrecedence ?? 0)
  const type = spec.distinguisherMethod?.type
  if (type !== undefined && !methods.includes(type)) {
    yield notSupported('spec.distinguisherMethod.type', { Type: type }, methods)
  }
  const level = spec.priorityLevelConfiguration.name
  const path = 'spec.priorityLevelConfiguration.name'
  if (level === '') yield required(path, 'must reference a priority level')
  else yield* eachFault(path, level, subdomainFaults(level))
  for (const [i, rule] of (spec.rules ?? []).entries()) yield* flowRuleErrors(rule, `spec.rules[${i}]`)
  const fixed = mandatoryFlows[name]
  if (fixed && !equal(spec, fixed)) {
    const shown = internalForm('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', spec)
    yield invalid('spec', shown, `spec of '${name}' must equal the fixed value`)
  }
}

const noSpec: FlowSchemaSpec = { priorityLevelConfiguration: { name: '' } }

const rules: Rules<FlowSchemaObject> = {
  ...specStatus<FlowSchemaObject>({
    newStatus: () => ({}),
    hasGeneration: true,
    keptByStatus: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  }),
  *validate({ metadata, spec = noSpec, status }, { subresource }) {
    if (subresource === '') yield* specErrors(metadata.name ?? '', spec)
    yield* flowConditionErrors(status?.conditions)
  },
}

const cells: Record<string, Cell<FlowSchemaObject>> = {
  MatchingPrecedence: ({ spec }) => spec?.matchingPrecedence ?? 0,
  MissingPL: ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
}

/** FlowSchema: which requests belong together, and how important they are. */
export const flowSchema = defineKind<FlowSchemaObject>(
  resources['flowcontrol.apiserver.k8s.io/v1/flowschemas'],
  { cells, rules, notWritten: { status: ['spec', 'metadata'] } },
)
