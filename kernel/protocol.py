"""Holds the installed Kymograph kernel against Jupyter's protocol; needs jupyter_kernel_test."""

import unittest

import jupyter_kernel_test


class KernelTest(jupyter_kernel_test.KernelTests):
    kernel_name = "kymograph"
    language_name = "java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("test");'
    completion_samples = [
        {"text": "Notebook.sho", "matches": {"show("}},
        {"text": "Strin"},
    ]
    complete_code_samples = ["1", "int x = 3;", 'System.out.println("hello, world")', "int f(int x) {\n  return x * 2;\n}"]
    incomplete_code_samples = ["int x = (", "for (int i = 0; i < 3; i++) {", "int f(int x) {\n"]
    invalid_code_samples = ["foo(]"]
    code_generate_error = "throw new RuntimeException();"
    code_execute_result = [{"code": "1 + 2 + 3", "result": "6"}, {"code": 'List.of("a")', "result": "[a]"}]
    code_display_data = [{"code": 'Notebook.show("a");', "mime": "text/plain"}]
    code_inspect_sample = "Math.max"
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1*2*"


if __name__ == "__main__":
    unittest.main()
