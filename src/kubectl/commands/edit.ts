import { boolKind, flag, stringKind } from '#base/flags'
import type { KubeObject } from '#schema/object'
import { type Call, defineCommand } from '../command.ts'
import { type Edited, editObjects } from '../edit/edit-objects.ts'
import { Failures } from '../failures.ts'
import { targetsOf } from '../resources/targets.ts'
import { placeOf } from '../resources/place-of.ts'
import { fileFlags } from '../write-flags.ts'

const flags = {
  ...fileFlags,
  all: flag('all', boolKind, false, 'Edit all objects of the type in the namespace.'),
  fieldManager: flag(
    'field-manager',
    stringKind,
    'kubectl-edit',
    'Name under which the server notes who wrote the fields.',
  ),
  output: flag('output', stringKind, 'yaml', 'Format in the editor. One of: (json, yaml).', { short: 'o' }),
  selector: flag('selector', stringKind, '', 'Edit only objects whose labels fit.', { short: 'l' }),
  subresource: flag('subresource', stringKind, '', 'Edit this subresource.'),
} as const

/** A call of `kubectl edit`. */
export type EditCall = Call<typeof flags>

/** `kubectl edit`. */
export const edit = defineCommand({
  about: `Change objects in an editor: the one that KUBE_EDITOR or EDITOR names, or vi.

What you leave as it was is not sent. When the server refuses a change, the editor opens again and says why.`,
  examples: `# Edit a service
kubectl edit service/web

# Edit it in another editor, as JSON
KUBE_EDITOR=nano kubectl edit service/web -o json`,
  usage: '(TYPE/NAME | -f FILENAME) [options]',
  flags,
  async run(call) {
    const { targets, errors } = await targetsOf(call)
    const client = await call.factory.client()
    const objects: Edited[] = []
    for (const target of targets) {
      objects.push({
        target,
        object: await client.get<KubeObject>(target.resource, target.name, placeOf(target)),
      })
    }
    if (objects.length > 0) await editObjects(call, objects)
    Failures.throwIfAny(errors)
  },
})
