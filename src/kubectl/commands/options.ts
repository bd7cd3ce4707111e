import { defineCommand } from '../command.ts'
import { optionsHelp } from '../help.ts'
import { print } from '../io.ts'

/** `kubectl options`. */
export const options = defineCommand({
  about: 'Print the options that every command takes.',
  usage: '[flags] [options]',
  flags: {},
  async run({ io }) {
    print(io, optionsHelp())
  },
})
