module wsproof/targets/hijack

go 1.19
