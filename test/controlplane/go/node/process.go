package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	authentication "k8s.io/api/authentication/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	api "k8s.io/client-go/tools/clientcmd/api"
)

// process is what a pod runs; nil for a pod without a command.
type process struct{ command *exec.Cmd }

// startProcess runs the command of the pod's first container in a folder of the pod's own. $(POD_IP) and $(KUBECONFIG) in it stand for
// the pod's address and for a kubeconfig with its ServiceAccount's token.
func startProcess(ctx context.Context, p *pods, pod *core.Pod, address string) (*process, string, error) {
	folder := filepath.Join(p.folder, pod.Namespace+"_"+pod.Name+"_"+string(pod.UID))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, "", err
	}
	logFile := filepath.Join(folder, "log")
	output, err := os.Create(logFile)
	if err != nil {
		return nil, "", err
	}
	container := pod.Spec.Containers[0]
	if len(container.Command) == 0 {
		fmt.Fprintf(output, "%s has started\n", pod.Name)
		return nil, logFile, output.Close()
	}
	kubeconfig := filepath.Join(folder, "kubeconfig")
	if err := p.writeKubeconfig(ctx, pod, kubeconfig); err != nil {
		return nil, logFile, err
	}
	expand := strings.NewReplacer("$(POD_IP)", address, "$(KUBECONFIG)", kubeconfig)
	var words []string
	for _, word := range append(container.Command, container.Args...) {
		words = append(words, expand.Replace(word))
	}
	command := exec.Command(words[0], words[1:]...)
	command.Dir, command.Stdout, command.Stderr = folder, output, output
	command.Env = append(os.Environ(), "POD_IP="+address, "KUBECONFIG="+kubeconfig)
	for _, variable := range container.Env {
		command.Env = append(command.Env, variable.Name+"="+expand.Replace(variable.Value))
	}
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return nil, logFile, err
	}
	go command.Wait()
	return &process{command}, logFile, nil
}

func (p *process) kill() {
	if p != nil {
		p.command.Process.Kill()
	}
}

// writeKubeconfig writes a kubeconfig with a token of the pod's ServiceAccount.
func (p *pods) writeKubeconfig(ctx context.Context, pod *core.Pod, path string) error {
	hour := int64(3600)
	answer, err := p.client.CoreV1().ServiceAccounts(pod.Namespace).CreateToken(ctx, pod.Spec.ServiceAccountName,
		&authentication.TokenRequest{Spec: authentication.TokenRequestSpec{ExpirationSeconds: &hour}}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["cluster"] = &api.Cluster{
		Server: p.config.Host, CertificateAuthority: p.config.CAFile, CertificateAuthorityData: p.config.CAData,
	}
	config.AuthInfos["pod"] = &api.AuthInfo{Token: answer.Status.Token}
	config.Contexts["pod"] = &api.Context{Cluster: "cluster", AuthInfo: "pod", Namespace: pod.Namespace}
	config.CurrentContext = "pod"
	return clientcmd.WriteToFile(*config, path)
}
