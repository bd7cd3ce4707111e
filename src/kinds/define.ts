import { assert } from '#base/assert'
import type { FieldError } from '#base/field-error'
import { age } from '#base/human-duration'
import { valueAt } from '#base/path'
import type { KubeObject } from '#schema/object'
import type { TypeDef } from '#schema/type'
import type { SecuredPod } from './core/pod/security/check.ts'
import type { PolicyRule, RoleRef } from './gen/rbac-v1.ts'
import { setDefaults } from './defaults.ts'
import { typeNamed } from './types.ts'

/** What discovery says of a resource; generated from the API facts. */
export interface ResourceFacts {
  /** OpenAPI name of the type; absent for kinds that only answer. */
  readonly typeName?: string | undefined
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly verbs: readonly string[]
  readonly storageVersionHash: string
  readonly subresources: readonly SubresourceFacts[]
  /** Columns without their cells. */
  readonly columns: readonly ColumnFacts[]
  readonly name: string
  /** PUT may create. */
  readonly upsert: boolean
  /** PUT without resourceVersion is allowed. */
  readonly unconditionalUpdate: boolean
  readonly deleteReturns: 'object' | 'Status'
  /** What a deletion does with the objects that belong to this one, when nobody says; absent: they go after it. */
  readonly propagation?: 'Orphan' | 'Unsupported'
  readonly fieldSelectors: readonly FieldSelectorFacts[]
}

export interface SubresourceFacts {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
  /** HTTP methods of a subresource that streams (exec, proxy). */
  readonly connect?: readonly string[]
  readonly pathTail?: boolean
}

export interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly priority: number
  /** How the cell is computed: a path, `age(path)`, or prose where the kind computes it. */
  readonly cell: string
}

/** An API group, its versions by preference. */
export interface GroupFacts {
  readonly group: string
  readonly versions: readonly string[]
  readonly preferred: string
  readonly priority: number | null
  readonly enabledByDefault: readonly string[]
}

export interface FieldSelectorFacts {
  readonly label: string
  /** A dotted path, or prose where the kind computes it. */
  readonly value: string
  readonly alias?: string
  readonly indexed?: boolean
}

export type NameRule = 'dnsSubdomain' | 'dnsLabel' | 'dns1035Label' | 'pathSegment' | 'ip' | 'none'

/** Who writes an object, as far as objects tell it. */
export interface Asker {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What a rule may know beside the objects. */
export interface RuleContext {
  /** Wall clock, milliseconds. */
  readonly now: number
  /** The subresource written through; '' for the main resource. */
  readonly subresource: string
  /** False where no container may be privileged; absent: some may. */
  readonly allowPrivileged?: boolean
  /** Who writes; absent: the server itself. */
  readonly user?: Asker
  /** The families of the cluster's service addresses, the preferred one first; absent: IPv4 alone. */
  readonly serviceFamilies?: readonly string[]
}

/** A cell of the table: text or number, computed from an object. */
export type Cell<T> = (object: T, now: number) => string | number | boolean | null

/** The kind's own rules, each optional. Order on create: prepareCreate, validate. On update: prepareUpdate, validate, validateUpdate. */
export interface Rules<T extends KubeObject> {
  /** Sets what is unset, by the rules that are not data. Must be idempotent. */
  default?(object: T): void
  /** Clears or sets what only the server may set, before validation. May change the object. */
  prepareCreate?(object: T, context: RuleContext): void
  /** The same for a write to an existing object: carries over what this endpoint may not change. */
  prepareUpdate?(next: T, old: T, context: RuleContext): void
  /** Everything wrong with the object. Never throws, never changes it. */
  validate?(object: T, context: RuleContext): Iterable<FieldError>
  /** Everything wrong with the change (immutable fields and the like). */
  validateUpdate?(next: T, old: T, context: RuleContext): Iterable<FieldError>
  /** Warning header texts for what is legal but unwise; `old` is what a change began from. */
  warnings?(object: T, old?: T): Iterable<string>
  /** Seconds of grace a delete gives; absent = objects of this kind go at once. `asked` is gracePeriodSeconds of the request. */
  graceSeconds?(object: T, asked: number | undefined): number
  /** Whether a deleted object must stay although it has no metadata.finalizers (Namespace: spec.finalizers). */
  holdsDeletion?(object: T): boolean
  /** Called on the object when its deletion begins (Namespace: phase Terminating). */
  markDeleting?(object: T): void
}

/** How a view's objects become stored ones and back. Both directions keep everything that the other can show. */
export interface Conversion {
  storedType(): TypeDef
  toStored(object: KubeObject): KubeObject
  fromStored(stored: KubeObject): KubeObject
}

/** Objects of another kind, of which a new object without one is given the default. */
export interface DefaultClass<T extends KubeObject> {
  /** Name of the admission plugin that turns this on and off. */
  readonly plugin: string
  readonly group: string
  readonly plural: string
  /** Of the classes on which one of these annotations is "true", the newest is the default. */
  readonly annotations: readonly string[]
  /** Whether an object says nothing of a class, not even that it wants none. */
  isOpen(object: T): boolean
  choose(object: T, name: string): void
}

/** Objects of the cluster, as admission rules ask for them. */
export interface Others {
  /** The object of a name; without a namespace of a kind that is in none. */
  find(group: string, plural: string, name: string, namespace?: string): KubeObject | undefined
  /** All objects of a kind, or those of a namespace. */
  all(group: string, plural: string, namespace?: string): readonly KubeObject[]
  /** A few random characters, for a name that nobody else has. */
  nameSuffix(): string
}

/** What objects owe to others: how these complete a new one, and what they forbid. */
export interface AdmissionRule<T extends KubeObject> {
  /** Name of the admission plugin that turns this on and off. */
  readonly plugin: string
  /** The subresource through which objects are written that it is for; absent: the resource itself. */
  readonly subresource?: string
  /** Completes a new object, or one that is written through a subresource, or tells why it cannot be. */
  complete?(object: T, others: Others, old?: T): string | undefined
  /** Why a write is refused, if it is; `old` is absent when the object is new. */
  refusal?(next: T, old: T | undefined, others: Others): string | undefined
}

/** The rights that an object gives to others: its own, what it gathers from others, or those of a role that it names. */
export type Grant =
  | { readonly rules: readonly PolicyRule[]; readonly gathers: boolean }
  | { readonly role: RoleRef }

/** What an object is to nodes: `from` may be read by the nodes that may read `to`. */
export interface NodeLink {
  readonly from: ObjectName
  readonly to: ObjectName
}

/** How the Pod Security Standards meet a kind: the pod that an object is, or the template from which pods are made. */
export interface SecuredPods<T extends KubeObject> {
  /** Undefined for an object without one. */
  of(object: T): SecuredPod | undefined
  /** True where a pod that falls short is refused; of templates one is only warned. */
  readonly isEnforced: boolean
  /** Whether a change may make a difference; absent: any may. */
  isChanged?(next: T, old: T): boolean
  /** Subresources through which it can be changed too. */
  readonly subresources?: readonly string[]
}

/** An object by its name; without a namespace for kinds that are in none. */
export interface ObjectName {
  readonly group: string
  readonly plural: string
  readonly namespace?: string
  readonly name: string
}

/** What a server makes of an object that every cluster has. */
export interface InitialObject {
  readonly metadata: { readonly name: string }
  readonly [field: string]: unknown
}

/** What a kind's own file adds to the generated facts. */
export interface KindDeclaration<T extends KubeObject> {
  /** Cells by column name, for those that are no plain path. */
  readonly cells?: Readonly<Record<string, Cell<T>>>
  /** Conditions of a table row (Pod: Completed). */
  rowConditions?(object: T): readonly { type: string; status: string; reason: string; message?: string }[]
  /** Field selector values by label, for those that are no plain path. */
  readonly selectable?: Readonly<Record<string, (object: T) => string>>
  /** Selectable fields by which many clients list: each value's objects are found without looking at all (a node's pods). */
  readonly indexed?: readonly string[]
  readonly rules?: Rules<T>
  /** Directory under the storage prefix, where upstream's differs from the plural (nodes: minions). */
  readonly storageDirectory?: string
  /** The stored form, for a kind that is a second view of another one's objects (events.k8s.io of core events). */
  readonly convert?: Conversion
  /** Objects vanish this long after their last write (events: 3600). */
  readonly ttlSeconds?: number
  /** Deleting this kind means deleting everything in it first (Namespace). */
  readonly containsOthers?: boolean
  /**
   * By subresource ('' is the resource itself): fields, as dotted paths, that nobody comes to own by writing through it.
   * Absent: the status for the resource, the spec for its status.
   */
  readonly notWritten?: Readonly<Record<string, readonly string[]>>
  /** By subresource: the only fields that writing through it can set, as dotted paths in which `*` is any list item. */
  readonly onlyWritten?: Readonly<Record<string, readonly string[]>>
  /** The class that new objects get which name none (Ingress, PersistentVolumeClaim). */
  readonly defaultClass?: DefaultClass<T>
  readonly admissionRules?: readonly AdmissionRule<T>[]
  /** Names that may never be deleted, and what is said to those who try. */
  readonly undeletable?: { readonly names: readonly string[]; readonly why: string }
  /** Objects that every cluster has: a server makes those that are missing when it starts. */
  readonly initialObjects?: readonly InitialObject[]
  /** New objects that nobody gives a name get one nobody else has (LimitRange). */
  readonly namesItself?: boolean
  /** For kinds through whose objects rights are given: nobody may give more than they have. */
  grants?(object: T): Grant
  /** For kinds by which a node comes to be allowed to read other objects (a pod's secrets). */
  nodeLinks?(object: T): readonly NodeLink[]
  readonly securedPods?: SecuredPods<T>
  /** For kinds of which many may come in a short time (events): who tells of what, as one text. */
  sourceOf?(object: T): string
  /** The finalizer that new objects get, so that none goes while it is in use. */
  readonly inUseFinalizer?: string
}

/** A kind as all shared code sees it: the generated facts, the schema, and the kind's own rules. */
export interface KindDef<T extends KubeObject = KubeObject> extends ResourceFacts, KindDeclaration<T> {
  readonly apiVersion: string
  readonly type: TypeDef
  readonly rules: Rules<T>
  /** Every column's cell, by column name. */
  readonly cells: Readonly<Record<string, Cell<T>>>
  /** Every selectable label's value. */
  readonly selectable: Readonly<Record<string, (object: T) => string>>
  /** Sets what an object leaves unset: by the type's defaults, then by the kind's own rule. */
  fillIn(object: T): void
}

/** `a.b[0].c` or `a.b or "text"`. */
const simpleCell = /^([\w.[\]]+)(?: or "([^"]*)")?$/
const ageCell = /^age\(([\w.]+)\)$/
const dateCell = /^metadata\.creationTimestamp as RFC 3339/

/** The cell that a column's facts tell, when they tell it as a path, an age or a date. */
function cellOf(column: ColumnFacts): Cell<KubeObject> | undefined {
  const path = simpleCell.exec(column.cell)
  if (path) return (object) => present(valueAt(object, path[1] as string), path[2] ?? emptyOf(column.type))
  if (dateCell.test(column.cell))
    return ({ metadata }) => metadata.creationTimestamp ?? '0001-01-01T00:00:00Z'
  const time = ageCell.exec(column.cell)
  return time
    ? (object, now) => age(valueAt(object, time[1] as string) as string | undefined, now)
    : undefined
}

const emptyOf = (type: string) => (type === 'integer' || type === 'number' ? 0 : '')
const present = (value: unknown, otherwise: string | number) =>
  value === undefined || value === null || value === '' ? otherwise : (value as string | number | boolean)

/** The value that a field selector's facts tell, when they tell it as a path. */
function selectableOf({ value }: FieldSelectorFacts): ((object: KubeObject) => string) | undefined {
  const path = simpleCell.exec(value)
  if (!path) return undefined
  return (object) => String((valueAt(object, path[1] as string) as string | undefined) ?? path[2] ?? '')
}

/**
 * Makes a kind from its generated facts and what its own file adds.
 * @throws AssertionError for a column or a field selector that neither the facts nor the declaration compute.
 */
export function defineKind<T extends KubeObject>(
  facts: ResourceFacts,
  own: KindDeclaration<T> = {},
): KindDef {
  assert(facts.typeName !== undefined, `${facts.kind} has a type`)
  const name = facts.typeName
  const cells: Record<string, Cell<KubeObject>> = {}
  for (const column of facts.columns) {
    const cell = (own.cells?.[column.name] as Cell<KubeObject> | undefined) ?? cellOf(column)
    assert(cell !== undefined, `${facts.kind} computes its column ${column.name}`)
    cells[column.name] = cell
  }
  const selectable: Record<string, (object: KubeObject) => string> = {}
  for (const selector of facts.fieldSelectors) {
    const read =
      (own.selectable?.[selector.label] as ((object: KubeObject) => string) | undefined) ??
      selectableOf(selector)
    assert(read !== undefined, `${facts.kind} computes its field selector ${selector.label}`)
    selectable[selector.label] = read
  }
  return {
    ...facts,
    ...(own as KindDeclaration<KubeObject>),
    apiVersion: facts.group === '' ? facts.version : `${facts.group}/${facts.version}`,
    get type() {
      return typeNamed(name)
    },
    cells,
    selectable,
    fillIn(object) {
      setDefaults(name, object)
      own.rules?.default?.(object as T)
    },
    rules: (own.rules ?? {}) as Rules<KubeObject>,
  }
}
