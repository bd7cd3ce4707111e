import type { Cell } from '../define.ts'
import type { Subject } from '../gen/rbac-v1.ts'
import type { AnyBinding } from './binding-errors.ts'

const named =
  (kind: string, show: (subject: Subject) => string): Cell<AnyBinding> =>
  ({ subjects = [] }) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(show)
      .join(', ')

const name = (subject: Subject) => subject.name

/** The columns of a binding's table that are no plain paths. */
export const bindingCells: Readonly<Record<string, Cell<AnyBinding>>> = {
  Role: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  Users: named('User', name),
  Groups: named('Group', name),
  ServiceAccounts: named('ServiceAccount', (subject) => `${subject.namespace ?? ''}/${subject.name}`),
}
