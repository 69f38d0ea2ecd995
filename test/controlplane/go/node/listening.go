package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// listening are the addresses and ports that sockets of this network listen on; "*:port" stands for every address.
func listening() map[string]bool {
	found := map[string]bool{}
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			if fields := strings.Fields(lines.Text()); len(fields) > 3 && fields[3] == "0A" {
				found[listenAddress(fields[1])] = true
			}
		}
		file.Close()
	}
	return found
}

// listenAddress reads "0A00F40A:01BB": the address in the machine's byte order, the port in the network's.
func listenAddress(text string) string {
	address, port, _ := strings.Cut(text, ":")
	number, _ := strconv.ParseUint(port, 16, 16)
	bytes, err := hex.DecodeString(address)
	if err != nil || strings.Trim(address, "0") == "" {
		return fmt.Sprintf("*:%d", number)
	}
	if len(bytes) != net.IPv4len {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d.%d:%d", bytes[3], bytes[2], bytes[1], bytes[0], number)
}

// answering are those of the addresses that something listens on.
func answering(addresses []string, listening map[string]bool) []string {
	var found []string
	for _, address := range addresses {
		_, port, _ := net.SplitHostPort(address)
		if listening[address] || listening["*:"+port] {
			found = append(found, address)
		}
	}
	return found
}
