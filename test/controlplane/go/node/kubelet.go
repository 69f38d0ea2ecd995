package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

const (
	kubeletPort     = 10250
	streamIdle      = time.Hour
	streamCreation  = 30 * time.Second
	followedForMost = time.Minute
)

// serveKubelet answers what kube-apiserver and metrics-server ask of one kubelet. It asks nobody who they are.
func serveKubelet(node *node, pods *pods, certificate tls.Certificate) error {
	k := &kubelet{node, pods}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics/resource", k.metrics)
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", k.logs)
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", k.command(serveExec))
	mux.HandleFunc("/attach/{namespace}/{pod}/{container}", k.command(serveAttach))
	mux.HandleFunc("/portForward/{namespace}/{pod}", k.portForward)
	listener, err := tls.Listen("tcp", net.JoinHostPort(node.address(), strconv.Itoa(kubeletPort)), &tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert,
	})
	if err != nil {
		return err
	}
	go http.Serve(listener, mux)
	return nil
}

type kubelet struct {
	node *node
	pods *pods
}

func (k *kubelet) pod(w http.ResponseWriter, r *http.Request) *runningPod {
	pod := k.pods.find(k.node.name, r.PathValue("namespace"), r.PathValue("pod"))
	if pod == nil {
		http.Error(w, "pod does not exist", http.StatusNotFound)
	}
	return pod
}

// metrics are the resource metrics that metrics-server scrapes: usage that grows evenly with time.
func (k *kubelet) metrics(w http.ResponseWriter, _ *http.Request) {
	now := time.Now()
	seconds := now.Sub(k.node.started).Seconds()
	at := now.UnixMilli()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	fmt.Fprintf(w, "# TYPE node_cpu_usage_seconds_total counter\nnode_cpu_usage_seconds_total %f %d\n", 100+seconds*0.25, at)
	fmt.Fprintf(w, "# TYPE node_memory_working_set_bytes gauge\nnode_memory_working_set_bytes 1.5e+09 %d\n", at)
	for _, metric := range []struct {
		name, kind string
		value      float64
	}{
		{"container_cpu_usage_seconds_total", "counter", 10 + seconds*0.02},
		{"container_memory_working_set_bytes", "gauge", 3e7},
		{"container_start_time_seconds", "gauge", float64(k.node.started.Unix())},
	} {
		fmt.Fprintf(w, "# TYPE %s %s\n", metric.name, metric.kind)
		for _, pod := range k.pods.on(k.node.name) {
			for _, container := range pod.containers {
				fmt.Fprintf(w, "%s{container=%q,namespace=%q,pod=%q} %f %d\n", metric.name, container, pod.namespace, pod.name, metric.value, at)
			}
		}
	}
}

func (k *kubelet) logs(w http.ResponseWriter, r *http.Request) {
	pod := k.pod(w, r)
	if pod == nil {
		return
	}
	file, err := os.Open(pod.logFile)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", "text/plain")
	end := time.Now().Add(followedForMost)
	for {
		io.Copy(w, file)
		w.(http.Flusher).Flush()
		if r.URL.Query().Get("follow") != "true" || r.Context().Err() != nil || time.Now().After(end) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// command answers a request for a command's streams, which serve opens.
func (k *kubelet) command(serve func(http.ResponseWriter, *http.Request, *runningPod, *remotecommand.Options)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		pod := k.pod(w, r)
		if pod == nil {
			return
		}
		options, err := remotecommand.NewOptions(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		serve(w, r, pod, options)
	}
}

func serveExec(w http.ResponseWriter, r *http.Request, pod *runningPod, options *remotecommand.Options) {
	remotecommand.ServeExec(w, r, executor{}, pod.name, "", r.PathValue("container"), r.URL.Query()["command"], options,
		streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

func serveAttach(w http.ResponseWriter, r *http.Request, pod *runningPod, options *remotecommand.Options) {
	remotecommand.ServeAttach(w, r, executor{}, pod.name, "", r.PathValue("container"), options,
		streamIdle, streamCreation, remotecommand.SupportedStreamingProtocols)
}

func (k *kubelet) portForward(w http.ResponseWriter, r *http.Request) {
	pod := k.pod(w, r)
	if pod == nil {
		return
	}
	options, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	portforward.ServePortForward(w, r, forwarder{pod.address}, pod.name, "", options, streamIdle, streamCreation, portforward.SupportedProtocols)
}

// executor runs commands beside the pod's process: there is no container to enter.
type executor struct{}

func (executor) ExecInContainer(ctx context.Context, _, _, _ string, words []string, in io.Reader, out, errors io.WriteCloser, tty bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Stdout, command.Stderr = out, errors
	if tty {
		command.Stderr = out
	}
	if in != nil {
		stdin, err := command.StdinPipe()
		if err != nil {
			return err
		}
		go func() {
			io.Copy(stdin, in)
			stdin.Close()
		}()
	}
	if err := command.Run(); err != nil {
		return exitError(err)
	}
	return nil
}

func (executor) AttachContainer(_ context.Context, name, _, _ string, in io.Reader, out, _ io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize) error {
	fmt.Fprintf(out, "attached to %s\n", name)
	if in != nil {
		io.Copy(out, in)
	}
	return nil
}

// exitError says the exit code as the streaming library wants to hear it.
func exitError(err error) error {
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		return utilexec.CodeExitError{Err: err, Code: exited.ExitCode()}
	}
	return err
}

type forwarder struct{ address string }

func (f forwarder) PortForward(_ context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	connection, err := net.DialTimeout("tcp", net.JoinHostPort(f.address, strconv.Itoa(int(port))), 5*time.Second)
	if err != nil {
		return err
	}
	pipe(connection, stream)
	return nil
}

// pipe copies both ways until one side ends, and closes both.
func pipe(a, b io.ReadWriteCloser) {
	done := make(chan struct{}, 2)
	for _, pair := range [][2]io.ReadWriteCloser{{a, b}, {b, a}} {
		go func() {
			io.Copy(pair[0], pair[1])
			done <- struct{}{}
		}()
	}
	<-done
	a.Close()
	b.Close()
}
