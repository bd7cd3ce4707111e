import { boolKind, flag, stringKind } from '#base/flags'
import { parseJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { lastApplied } from '../apply/last-applied.ts'
import { defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import { choosePrinter } from '../printers/choose.ts'
import { targetsOf } from '../resources/targets.ts'
import { placeOf } from '../resources/place-of.ts'
import { fileFlags } from '../write-flags.ts'

/** `kubectl apply view-last-applied`. */
export const viewLastApplied = defineCommand({
  about: 'Show what was applied last, as YAML or JSON.',
  examples: '# Show it for a pod\nkubectl apply view-last-applied pod/web',
  usage: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]',
  flags: {
    ...fileFlags,
    all: flag('all', boolKind, false, 'Choose all objects of the type in the namespace.'),
    output: flag('output', stringKind, 'yaml', 'Output format. Must be one of (yaml, json).', { short: 'o' }),
    selector: flag('selector', stringKind, '', 'Choose only objects whose labels fit.', { short: 'l' }),
  },
  async run(call) {
    const client = await call.factory.client()
    const { targets, errors } = await targetsOf(call)
    if (errors.length > 0) throw errors[0]
    const printer = choosePrinter({ output: call.values.output })
    for (const target of targets) {
      const { resource, name } = target
      const object = await client.get<KubeObject>(resource, name, placeOf(target))
      const text = object.metadata.annotations?.[lastApplied]
      if (text === undefined)
        throw new KubectlError(`no last-applied-configuration annotation found on resource: ${name}`)
      print(call.io, printer(parseJson(text)))
    }
  },
})
