import { defineCommand } from '../command.ts'
import { UsageError } from '../fault.ts'
import { print } from '../io.ts'

/** `kubectl api-versions`. */
export const apiVersions = defineCommand({
  about: 'Print the API versions that the server has, in the form of "group/version".',
  examples: '# Print the versions\nkubectl api-versions',
  usage: '[flags] [options]',
  flags: {},
  async run({ args, path, factory, io }) {
    if (args.length > 0) throw new UsageError(path, `unexpected arguments: [${args.join(' ')}]`)
    const { groups } = await factory.freshDiscovery()
    const names = groups.flatMap(({ group, versions }) =>
      versions.map((version) => (group === '' ? version : `${group}/${version}`)),
    )
    for (const name of names.sort()) print(io, `${name}\n`)
  },
})
