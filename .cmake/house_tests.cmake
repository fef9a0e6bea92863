# Tests of the house itself: who includes whom, that this check can fail, what a file looks like.

set(house "${PROJECT_SOURCE_DIR}/.cmake")

add_test(NAME house.layers COMMAND Python3::Interpreter -B "${house}/check_layers.py" "${PROJECT_SOURCE_DIR}")
add_test(NAME house.layers_check_can_fail
  COMMAND Python3::Interpreter -B "${house}/check_layers_test.py" "${PROJECT_BINARY_DIR}/planted")
add_test(NAME house.files COMMAND Python3::Interpreter -B "${house}/check_files.py" "${PROJECT_SOURCE_DIR}")
set_tests_properties(house.layers house.layers_check_can_fail house.files PROPERTIES TIMEOUT 60)
