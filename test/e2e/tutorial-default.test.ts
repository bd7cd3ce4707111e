// The tutorial, line by line, as it is today on the embedded store.
import { enterMachine } from './tutorial/machine.ts'
import { replay } from './tutorial/replay.ts'

enterMachine()
replay('default')
