// Terminal runs a program on a pseudo-terminal: terminal COLUMNS PROGRAM ARGUMENT...
//
// What is read from standard input is typed there, what appears there is written to standard
// output, and the exit code is the program's; 128 and the number of the signal when one ended it.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"github.com/creack/pty"
)

func main() {
	if len(os.Args) < 3 {
		fail("usage: terminal COLUMNS PROGRAM ARGUMENT...")
	}
	columns, err := strconv.ParseUint(os.Args[1], 10, 16)
	if err != nil {
		fail(err)
	}
	program := exec.Command(os.Args[2], os.Args[3:]...)
	terminal, err := pty.StartWithSize(program, &pty.Winsize{Rows: 24, Cols: uint16(columns)})
	if err != nil {
		fail(err)
	}
	go io.Copy(terminal, os.Stdin)
	// Ends when the last process has left the terminal, which Linux calls an error.
	io.Copy(os.Stdout, terminal)
	// Its exit code tells how the program ended, and is all that Wait can complain of.
	_ = program.Wait()
	os.Exit(exitCode(program.ProcessState))
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

func fail(reason any) {
	fmt.Fprintf(os.Stderr, "terminal: %v\n", reason)
	os.Exit(2)
}
